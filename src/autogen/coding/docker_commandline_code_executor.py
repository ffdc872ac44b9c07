"""Classic import path: the executor in a container."""

from autogen.coding.containers.executor import DockerCommandLineCodeExecutor

__all__ = ["DockerCommandLineCodeExecutor"]
