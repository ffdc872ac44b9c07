"""The methods by which an agent runs code at once, without a message that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.core.sync import sync_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autogen.coding.executor import CodeBlock


async def a_execute_code_blocks(self: Any, code_blocks: Iterable[tuple[str, str] | CodeBlock]) -> tuple[int, str]:
    """Run blocks, each `(language, code)`, in order until one fails, where this agent runs code; return exit code and output.

    Raises:
        RuntimeError: this agent runs no code.
    """
    from autogen.agents.responders.code import run_blocks  # noqa: PLC0415 - only where code is run
    from autogen.coding.executor import CodeBlock  # noqa: PLC0415 - as above
    from autogen.coding.markdown_code_extractor import infer_lang  # noqa: PLC0415 - as above

    if self.code_executor is None:
        raise RuntimeError(f"{self.name} runs no code (its code_execution_config is off)")
    pairs = [(each[0], each[1]) if isinstance(each, tuple) else (each.language, each.code) for each in code_blocks]
    blocks = [CodeBlock(code=code, language=language or infer_lang(code)) for language, code in pairs]
    result = await run_blocks(self, self.code_executor, blocks)
    return result.exit_code, result.output


execute_code_blocks = sync_of(a_execute_code_blocks)


def run_code(self: Any, code: str, **kwargs: Any) -> tuple[int, str, str | None]:  # noqa: ARG001 - a method
    """Run a piece of code; arguments and result as of `autogen.code_utils.execute_code`."""
    from autogen.coding.legacy import execute_code  # noqa: PLC0415 - only where code is run

    return execute_code(code, **kwargs)
