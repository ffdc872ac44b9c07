"""Functions given to an executor can be imported by the code."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def add_two(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def program(api: Api) -> Outcome:
    coding = api.autogen.coding
    executor = coding.LocalCommandLineCodeExecutor(work_dir=".", functions=[add_two])
    result = executor.execute_code_blocks(
        [coding.CodeBlock(language="python", code="from functions import add_two\nprint(add_two(1, 2))")]
    )
    return {"exit_code": result.exit_code, "output": result.output, "prompt": executor.format_functions_for_prompt()}
