"""Classic import path: the code execution port."""

from typing import Any

from autogen.coding.executor import CodeBlock, CodeExecutor, CodeExtractor, CodeResult, CommandLineCodeResult
from autogen.coding.kernels.wording import IPythonCodeResult

CodeExecutionConfig = dict[str, Any]

__all__ = [
    "CodeBlock",
    "CodeExecutionConfig",
    "CodeExecutor",
    "CodeExtractor",
    "CodeResult",
    "CommandLineCodeResult",
    "IPythonCodeResult",
]
