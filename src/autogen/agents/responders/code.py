"""Answers with the result of running the code blocks of the last messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.responders.approval import refusal_of
from autogen.coding.approved import ApprovedExecutor
from autogen.coding.artefacts import Artefact
from autogen.coding.executor import CommandLineCodeResult
from autogen.coding.result import describe_result
from autogen.core.approval import ApprovalPending
from autogen.core.record.kind import StepKind
from autogen.core.step import step
from autogen.core.sync import call
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.agents.converser import Converser
    from autogen.coding.executor import CodeBlock, CodeExecutor, CodeResult
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage


def _encode(result: CodeResult) -> dict[str, Any]:
    told: dict[str, Any] = {"exit_code": result.exit_code, "output": result.output}
    if artefacts := _artefacts_of(result):
        told["artefacts"] = [artefact.to_dict() for artefact in artefacts]
    return told


def _details(result: CodeResult) -> dict[str, Any]:
    facts = {
        "code_file": getattr(result, "code_file", None),
        "place": getattr(result, "place", ""),
        "paths": [None if artefact.path is None else str(artefact.path) for artefact in _artefacts_of(result)],
    }
    return {key: value for key, value in facts.items() if value}


def _artefacts_of(result: CodeResult) -> tuple[Artefact, ...]:
    return getattr(result, "artefacts", ())  # an executor of the user's may have a result of its own


def _decode(told: dict[str, Any], details: dict[str, Any], _: object) -> CodeResult:
    listed = told.get("artefacts", ())
    paths: list[str | None] = details.get("paths") or [None] * len(listed)
    artefacts = tuple(
        Artefact.from_dict(data, None if path is None else Path(path)) for data, path in zip(listed, paths, strict=True)
    )
    where = {key: value for key, value in details.items() if key != "paths"}
    return CommandLineCodeResult(told["exit_code"], told["output"], artefacts=artefacts, **where)


def _skipped(why: str) -> CodeResult:
    return CommandLineCodeResult(1, why)


CODE: StepKind[Any] = StepKind(
    "code", effect="once", encode=_encode, details=_details, decode=_decode, skipped=_skipped
)


async def reply_by_code(
    agent: Converser, messages: Sequence[ChatMessage] | None, sender: Agent | None, config: dict[str, Any] | None = None
) -> tuple[bool, str | dict[str, Any] | None]:
    """Run the newest code among the last messages, and answer with exit code and output.

    Whoever is asked next and sees pictures (`sees_pictures`) is shown those that the code has left.
    """
    executor = agent.code_executor
    if executor is None:
        return False, None
    if messages is None:
        messages = agent.chat_threads.of(sender).said
    setting = config or agent.code_execution_config
    count: object = setting.get("last_n_messages", "auto") if isinstance(setting, dict) else "auto"
    for message in reversed(_last(messages, count)):
        content = message.get("content")
        if not content or (message.get("role") == "tool"):
            continue
        blocks = executor.code_extractor.extract_code_blocks(cast("Any", content))
        if blocks:
            thread = agent.chat_threads.of(sender)
            thread.answered_by = "code"
            try:
                return True, await _said_of(await run_blocks(agent, executor, blocks), sender)
            except ApprovalPending as pending:
                thread.ending = StopReason("pending", agent.name, str(pending))
                return True, None
    return False, None


async def _said_of(result: CodeResult, listener: Agent | None) -> str | dict[str, Any]:
    text = describe_result(result)
    is_seer = getattr(listener, "sees_pictures", False)
    if not is_seer and not _has_seers(listener):
        return text
    from autogen.pictures.showing import is_shown, picture_parts  # noqa: PLC0415 - only agents that see need it

    pictures = [(artefact.path, artefact.sha256) for artefact in _artefacts_of(result)
                if artefact.path is not None and is_shown(artefact.media_type)]  # fmt: skip
    if (
        not is_seer
    ):  # in a group, those who see look at tags, and the others read them; what the code has printed is none
        return text.replace("<img ", "< img ") + "".join(f"<img {path}>\n" for path, _ in pictures)
    import asyncio  # noqa: PLC0415 - slow to import, and loaded by now

    # In parts, a tag that the code has printed stays text: it cannot have files of this machine shown.
    shown = await asyncio.to_thread(picture_parts, pictures) if pictures else []
    return {"content": [{"type": "text", "text": text}, *shown]}


def _has_seers(listener: Agent | None) -> bool:
    """Tell whether this is a group with a member that sees pictures."""
    members: Sequence[object] = getattr(getattr(listener, "groupchat", None), "agents", ())
    return any(getattr(member, "sees_pictures", False) for member in members)


async def run_blocks(agent: Converser, executor: CodeExecutor, blocks: list[CodeBlock]) -> CodeResult:
    """Run blocks, as a step; ask before, where they need an approval."""
    blocks = [replace(block) for block in blocks]  # no one else has them: what runs is what was approved
    approval, refusal = "", None
    if isinstance(executor, ApprovedExecutor):
        approval, refusal = await _approval_of(agent, executor, blocks)

    has_run = False

    async def perform(_: int) -> CodeResult:
        nonlocal has_run
        has_run = True
        if isinstance(executor, ApprovedExecutor):
            return executor.refused(refusal) if refusal else await executor.execute_approved(blocks)
        run = getattr(executor, "a_execute_code_blocks", None)
        return await (run(blocks) if run is not None else call(executor.execute_code_blocks, blocks))

    facts: dict[str, Any] = {"blocks": [{"language": block.language, "code": block.code} for block in blocks]}
    if approval:
        facts["approval"] = approval
    result = await step(CODE, agent.name, type(executor).__name__, facts, perform)
    if not has_run and (note := getattr(executor, "note_recorded", None)) is not None:
        note(blocks, result)
    return result


async def _approval_of(agent: Converser, executor: ApprovedExecutor, blocks: list[CodeBlock]) -> tuple[str, str | None]:
    """Return the digest of what was decided on, empty if it needed no decision; and why it is refused, if it is."""
    warnings = await executor.review(blocks)
    approver = executor.needs_approval
    if not (callable(approver) or executor.asks_human(warnings)):
        return "", None
    request = executor.request(blocks, agent.name, warnings)
    return request.digest, await refusal_of(agent, request, approver if callable(approver) else True)


def _last(messages: Sequence[ChatMessage], count: object) -> Sequence[ChatMessage]:
    """Return the messages to look at: the last `count`, or for "auto", all that came since this agent last spoke."""
    if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
        return messages[-count:] if count else []
    if count != "auto":
        raise ValueError(f"last_n_messages={count!r}: give a whole number from 0, or 'auto'.")
    for index in range(len(messages) - 1, -1, -1):
        if messages[index].get("role") == "assistant":
            return messages[index + 1 :]
    return messages
