"""`autogen chat`: a task, an assistant, and a user proxy that stands for whoever typed the command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from autogen.agents.assistant import AssistantAgent
from autogen.agents.user_proxy import UserProxyAgent
from autogen.apps.event_lines import EventLines, OnStandardError
from autogen.apps.records.keeping import Record, default_place, recorded
from autogen.chats.running import run_settings
from autogen.core.run import new_run_id
from autogen.messages import text_of
from autogen.observers.stream import IOStream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autogen.agents.conversable import HumanInputMode

UNATTENDED_TURNS = 30
_GO_ON = "Go on. If everything that was asked for is done, reply with TERMINATE."


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What was typed.

    Args:
        task: what is to be done.
        llm_config: of the assistant.
        human_input_mode: when the person is asked.
        work_dir: where code runs; it exists.
        max_turns: most messages of the assistant; `None` for no bound where a person is asked, 30 otherwise.
        as_json: print events as lines of JSON, and everything for the person on standard error.
        accept_no_isolation: consent to a bare process where there is no sandbox.
        model: as it was typed; `None` for that of the environment.
        record: how it is recorded; `None` if it is not.
    """

    task: str
    llm_config: dict[str, Any]
    human_input_mode: HumanInputMode
    work_dir: Path
    max_turns: int | None = None
    as_json: bool = False
    accept_no_isolation: bool = False
    model: str | None = None
    record: Record | None = None


def recorded_in(request: ChatRequest, place: str) -> ChatRequest:
    """Return a request for the same chat, recorded under a name of its own; in the usual journal, if no place is named."""
    origin = {
        "command": "chat",
        "task": request.task,
        "model": request.model,
        "human": request.human_input_mode,
        "work_dir": str(request.work_dir),
        "max_turns": request.max_turns,
        "accept_no_isolation": request.accept_no_isolation,
    }
    return replace(request, record=Record(place or default_place(), new_run_id()[:8], origin, is_named=bool(place)))


def says_terminate(message: Mapping[str, Any]) -> bool:
    """Tell whether a message ends with the word TERMINATE: models like to sum up in the same message."""
    return text_of(message).rstrip().endswith("TERMINATE")


def user_proxy(
    work_dir: Path, *, accept_no_isolation: bool, human_input_mode: HumanInputMode = "ALWAYS"
) -> UserProxyAgent:
    """Return the agent that stands for the person at the terminal, and runs code in a folder."""
    return UserProxyAgent(
        "user_proxy",
        is_termination_msg=says_terminate,
        human_input_mode=human_input_mode,
        code_execution_config={"work_dir": str(work_dir), "accept_no_isolation": accept_no_isolation},
        default_auto_reply=_GO_ON,
    )


def hold_chat(request: ChatRequest) -> None:
    """Hold the chat, and show it.

    Raises:
        AutogenError: it failed.
        OSError: the events could not be written.
    """
    assistant = AssistantAgent("assistant", llm_config=request.llm_config)
    user = user_proxy(
        request.work_dir,
        accept_no_isolation=request.accept_no_isolation,
        human_input_mode=request.human_input_mode,
    )
    max_turns = request.max_turns
    if max_turns is None and request.human_input_mode == "NEVER":
        max_turns = UNATTENDED_TURNS
    with recorded(request.record):
        _hold(request, user, assistant, max_turns)


def _hold(request: ChatRequest, user: UserProxyAgent, assistant: AssistantAgent, max_turns: int | None) -> None:
    if not request.as_json:
        user.initiate_chat(assistant, message=request.task, max_turns=max_turns)
        return
    lines = EventLines()
    try:
        with IOStream.set_default(OnStandardError()), run_settings(observers=[lines]):
            user.initiate_chat(assistant, message=request.task, max_turns=max_turns)
    except KeyboardInterrupt:
        if lines.failure is not None:
            raise lines.failure from None
        raise
