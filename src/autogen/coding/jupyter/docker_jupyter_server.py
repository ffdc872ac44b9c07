"""Classic import path: a Jupyter server in a container."""

from autogen.coding.kernels.server.docker import DockerJupyterServer

__all__ = ["DockerJupyterServer"]
