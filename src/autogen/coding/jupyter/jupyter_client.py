"""Classic import path: kernels of a Jupyter server."""

from autogen.coding.kernels.server.channel import JupyterKernelClient
from autogen.coding.kernels.server.client import JupyterClient

__all__ = ["JupyterClient", "JupyterKernelClient"]
