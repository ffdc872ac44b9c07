"""The words in which results go back to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autogen.coding.executor import CodeResult


def describe_result(result: CodeResult) -> str:
    """Return the words in which a result goes back to the model, as classic AutoGen words them."""
    verdict = "execution succeeded" if result.exit_code == 0 else "execution failed"
    return f"exitcode: {result.exit_code} ({verdict})\nCode output: {result.output}"
