"""The assistant of the demo where there is no model: what it says is written down, when it says it follows from the chat."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from autogen.messages import text_of
from autogen.testing.scripted import ScriptedModel

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.models.client import ModelRequest

_MOST_REPLIES = 1_000
_THINKING_S, _WORD_S = 0.3, 0.01
_CANNOT = "I am a recording, and cannot answer that. Press Enter to let my last program run, or type 'exit'.\n\n"
_SURPRISED = (
    "I am a recording, made for a run that went another way: this program should have worked here. "
    "The error above says what is different on this machine.\n\nTERMINATE"
)


def recorded_model(folder: Path, *, is_shown_live: bool) -> ScriptedModel:
    """Return a model that gives the replies in a folder.

    Args:
        folder: holds `1-program.md`, `2-repaired.md` and `3-summary.md`.
        is_shown_live: take the time that a model takes, for somebody is watching.
    """
    program, repaired, summary = (
        (folder / f"{name}.md").read_text(encoding="utf-8") for name in ("1-program", "2-repaired", "3-summary")
    )

    def reply(request: ModelRequest) -> str:
        said = [text_of(message) for message in request.messages]
        heard = said[-1]
        if program not in said:
            return program
        if heard.startswith("exitcode: 0"):
            return summary
        if not heard.startswith("exitcode: "):
            return _CANNOT + (repaired if repaired in said else program)
        return repaired if repaired not in said and "could not convert string to float" in heard else _SURPRISED

    return ScriptedModel(
        *repeat(reply, _MOST_REPLIES),
        name="recording",
        latency_s=_THINKING_S if is_shown_live else 0,
        word_s=_WORD_S if is_shown_live else 0,
    )
