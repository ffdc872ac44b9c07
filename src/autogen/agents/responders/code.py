"""Answers with the result of running the code blocks of the last messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.coding.result import describe_result
from autogen.core.step import StepKind, step
from autogen.core.sync import call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.agents.converser import Converser
    from autogen.coding.executor import CodeBlock, CodeExecutor, CodeResult
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage


def _encode(result: CodeResult) -> dict[str, Any]:
    return {"exit_code": result.exit_code, "output": result.output}


CODE: StepKind[Any] = StepKind("code", effect="once", encode=_encode)


async def reply_by_code(
    agent: Converser, messages: Sequence[ChatMessage] | None, sender: Agent | None, config: dict[str, Any] | None = None
) -> tuple[bool, str | None]:
    """Run the newest code among the last messages, and answer with exit code and output."""
    executor = agent.code_executor
    if executor is None:
        return False, None
    if messages is None:
        messages = agent.history.of(sender).said
    setting = config or agent.code_execution_config
    count: object = setting.get("last_n_messages", "auto") if isinstance(setting, dict) else "auto"
    for message in reversed(_last(messages, count)):
        content = message.get("content")
        if not content or (message.get("role") == "tool"):
            continue
        blocks = executor.code_extractor.extract_code_blocks(cast("Any", content))
        if blocks:
            agent.history.of(sender).answered_by = "code"
            return True, describe_result(await run_blocks(agent, executor, blocks))
    return False, None


async def run_blocks(agent: Converser, executor: CodeExecutor, blocks: list[CodeBlock]) -> CodeResult:
    """Run blocks, as a step."""

    async def perform(_: int) -> CodeResult:
        run = getattr(executor, "a_execute_code_blocks", None)
        return await (run(blocks) if run is not None else call(executor.execute_code_blocks, blocks))

    facts = {"blocks": [{"language": block.language, "code": block.code} for block in blocks]}
    return await step(CODE, agent.name, type(executor).__name__, facts, perform)


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
