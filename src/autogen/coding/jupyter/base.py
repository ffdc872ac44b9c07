"""Classic import path: where a Jupyter server is."""

from autogen.coding.kernels.server.connection import JupyterConnectable, JupyterConnectionInfo

__all__ = ["JupyterConnectable", "JupyterConnectionInfo"]
