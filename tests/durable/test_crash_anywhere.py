"""Each kind of conversation is killed at every position of its journal, and goes on as if nothing had been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen.testing import NotCertified, crash_anywhere
from tests.durable import crash_programs as programs

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("program", "effects", "doubts"),
    [
        (programs.chat_with_code, ["code ran"], {"code LocalCommandLineCodeExecutor"}),
        (programs.chat_with_tools, ["mail to ann@example.org"], {"tool mail"}),
        (programs.group_chat, [], set[str]()),
        (programs.nested_chat, [], set[str]()),
        (programs.chat_with_human, [], set[str]()),
        (programs.agent_as_tool, [], set[str]()),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_conversation_survives_a_crash_anywhere(program: Callable[..., Any], effects: list[str], doubts: set[str]):
    certificate = crash_anywhere(program)
    assert certificate.effects == effects
    assert {words for _, words in certificate.in_doubt} == doubts
    assert len(certificate.in_doubt) == 2 * len(doubts)  # after the intent, and before the outcome
    assert certificate.kills > 8


def test_an_effect_outside_of_any_step_is_not_certified():
    with pytest.raises(NotCertified, match=r"side effects.*outside.*2"):
        crash_anywhere(programs.forgetful)


def test_a_program_that_no_other_process_finds_is_refused():
    with pytest.raises(ValueError, match="top of a module"):
        crash_anywhere(lambda stage: None)
