"""Classic import path: kernels of IPython and of Jupyter servers."""

from autogen.coding.kernels.embedded import EmbeddedIPythonCodeExecutor
from autogen.coding.kernels.server.channel import JupyterKernelClient
from autogen.coding.kernels.server.client import JupyterClient
from autogen.coding.kernels.server.connection import JupyterConnectable, JupyterConnectionInfo
from autogen.coding.kernels.server.docker import DockerJupyterServer
from autogen.coding.kernels.server.executor import JupyterCodeExecutor
from autogen.coding.kernels.server.local import LocalJupyterServer

__all__ = [
    "DockerJupyterServer",
    "EmbeddedIPythonCodeExecutor",
    "JupyterClient",
    "JupyterCodeExecutor",
    "JupyterConnectable",
    "JupyterConnectionInfo",
    "JupyterKernelClient",
    "LocalJupyterServer",
]
