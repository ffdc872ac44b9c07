"""Classic import path: the executor on this machine."""

from autogen.coding.executor import CommandLineCodeResult
from autogen.coding.local import LocalCommandLineCodeExecutor

CommandlineCodeResult = CommandLineCodeResult
LocalCommandlineCodeExecutor = LocalCommandLineCodeExecutor

__all__ = [
    "CommandLineCodeResult",
    "CommandlineCodeResult",
    "LocalCommandLineCodeExecutor",
    "LocalCommandlineCodeExecutor",
]
