"""Classic import path: a Jupyter server on this machine."""

from autogen.coding.kernels.server.local import LocalJupyterServer

__all__ = ["LocalJupyterServer"]
