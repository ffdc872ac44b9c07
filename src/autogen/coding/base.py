"""Classic import path: the code execution port."""

from autogen.coding.executor import CodeBlock, CodeExecutor, CodeExtractor, CodeResult, CommandLineCodeResult

__all__ = ["CodeBlock", "CodeExecutor", "CodeExtractor", "CodeResult", "CommandLineCodeResult"]
