"""Classic import path: code in a kernel of a Jupyter server."""

from autogen.coding.kernels.server.executor import JupyterCodeExecutor

__all__ = ["JupyterCodeExecutor"]
