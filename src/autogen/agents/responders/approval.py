"""Asks for the approval of one call: the agent's human, or whoever was named to decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.agents.responders.human import HUMAN, NobodyThere
from autogen.core.approval import ApprovalPending, Approver, Decision, decide, is_yes
from autogen.core.human import AnswerPending
from autogen.core.place import current_scope
from autogen.core.step import step
from autogen.events import InputRequested

if TYPE_CHECKING:
    from autogen.agents.converser import Converser
    from autogen.core.approval import ApprovalRequest

_SHOWN_CHARS = 2_000


async def refusal_of(agent: Converser, request: ApprovalRequest, approver: Approver | bool) -> str | None:
    """Return why a call is not to be made; `None` if it is approved.

    Raises:
        ApprovalPending: nobody has decided yet; the question is told as an `InputRequested`.
    """
    decision = await (_ask_human(agent, request) if isinstance(approver, bool) else _decision(agent, request, approver))
    if decision is True:
        return None
    if decision is None:
        _tell_pending(agent, request)
        raise ApprovalPending(f"{agent.name} waits for the approval of {request.name} {request.arguments:.200}")
    return f"it was refused: {decision}" if decision else "it was refused."


async def _ask_human(agent: Converser, request: ApprovalRequest) -> Decision:
    """Ask the human of the agent; anything but a yes refuses, and words say why."""
    prompt = question(request)

    async def perform(_: int) -> str:
        return await agent.a_get_human_input(prompt)

    try:
        return _meaning(await step(HUMAN, agent.name, "approval", _facts(request), perform))
    except NobodyThere:
        return "nobody is there to approve it"


async def _decision(agent: Converser, request: ApprovalRequest, approver: Approver) -> Decision:
    """Return what an approver says; in a recorded run, as a step: it is not asked again, and may be answered later."""
    scope = current_scope()
    if scope is None or not scope.run.is_recorded:
        return await decide(approver, request)

    async def perform(_: int) -> str:
        decision = await decide(approver, request)
        if decision is None:
            _tell_pending(agent, request)
            raise AnswerPending(f"{agent.name} waits for the approval of {request.name} {request.arguments:.200}")
        return decision if isinstance(decision, str) else "yes" if decision else "no"

    return _meaning(await step(HUMAN, agent.name, "approval", _facts(request), perform))


def _facts(request: ApprovalRequest) -> dict[str, Any]:
    """Return what is recorded of the question: without warnings, which another version of an analyser words otherwise."""
    bare = replace(request, warnings=())
    return {"prompt": question(bare), "approval": bare.to_dict()}


def _meaning(words: str) -> Decision:
    if is_yes(words):
        return True
    return False if words.strip().lower() in {"", "n", "no"} else words.strip()


def question(request: ApprovalRequest) -> str:
    """Return what a human is asked."""
    given = request.arguments
    shown = given if len(given) <= _SHOWN_CHARS else f"{given[:_SHOWN_CHARS]}… ({len(given)} characters)"
    warned = "".join(f"Warning, {words}\n" for words in request.warnings)
    what = (
        f"call {request.name}({shown})." if request.kind == "tool" else f"run this {request.name}:\n{shown}\n{warned}"
    )
    return f"{request.agent} wants to {what}{' ' * (request.kind == 'tool')}Approve? [y/N, or say why not] "


def _tell_pending(agent: Converser, request: ApprovalRequest) -> None:
    scope = current_scope()
    if scope is not None:
        scope.emit(InputRequested, agent.name, question(request), False, request.to_dict())  # noqa: FBT003 - not secret
