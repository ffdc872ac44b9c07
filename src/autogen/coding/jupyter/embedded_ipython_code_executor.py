"""Classic import path: a kernel beside the program."""

from autogen.coding.kernels.embedded import EmbeddedIPythonCodeExecutor
from autogen.coding.kernels.wording import IPythonCodeResult

__all__ = ["EmbeddedIPythonCodeExecutor", "IPythonCodeResult"]
