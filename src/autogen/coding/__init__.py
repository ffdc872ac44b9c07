"""Code execution: finding blocks in messages, and running them in a place that contains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autogen.coding.approved import ApprovedExecutor
    from autogen.coding.artefacts import Artefact, ArtefactCaps
    from autogen.coding.config import CodeExecutorFactory, executor_from_config
    from autogen.coding.containers.executor import ContainerCodeExecutor, DockerCommandLineCodeExecutor
    from autogen.coding.environments.prepared import (
        PreparedEnvironment,
        a_prepare_environment,
        prepare_environment,
    )
    from autogen.coding.executor import CodeBlock, CodeExecutor, CodeExtractor, CodeResult, CommandLineCodeResult
    from autogen.coding.functions import FunctionWithRequirements, with_requirements
    from autogen.coding.kernels.embedded import EmbeddedIPythonCodeExecutor
    from autogen.coding.kernels.executor import KernelCodeExecutor
    from autogen.coding.kernels.wording import IPythonCodeResult
    from autogen.coding.local import LocalCommandLineCodeExecutor
    from autogen.coding.markdown_code_extractor import MarkdownCodeExtractor
    from autogen.coding.places.place import Caps
    from autogen.coding.remote.client import RemoteCodeExecutor
    from autogen.coding.remote.server import code_server
    from autogen.coding.result import describe_result
    from autogen.coding.review import CodeWarning

__all__ = [
    "ApprovedExecutor",
    "Artefact",
    "ArtefactCaps",
    "Caps",
    "CodeBlock",
    "CodeExecutor",
    "CodeExecutorFactory",
    "CodeExtractor",
    "CodeResult",
    "CodeWarning",
    "CommandLineCodeResult",
    "ContainerCodeExecutor",
    "DockerCommandLineCodeExecutor",
    "EmbeddedIPythonCodeExecutor",
    "FunctionWithRequirements",
    "IPythonCodeResult",
    "KernelCodeExecutor",
    "LocalCommandLineCodeExecutor",
    "MarkdownCodeExtractor",
    "PreparedEnvironment",
    "RemoteCodeExecutor",
    "a_prepare_environment",
    "code_server",
    "describe_result",
    "executor_from_config",
    "prepare_environment",
    "with_requirements",
]

_MODULE_BY_NAME = {
    "ApprovedExecutor": "approved",
    "Artefact": "artefacts",
    "ArtefactCaps": "artefacts",
    "Caps": "places.place",
    "CodeExecutorFactory": "config",
    "CodeWarning": "review",
    "ContainerCodeExecutor": "containers.executor",
    "DockerCommandLineCodeExecutor": "containers.executor",
    "EmbeddedIPythonCodeExecutor": "kernels.embedded",
    "FunctionWithRequirements": "functions",
    "IPythonCodeResult": "kernels.wording",
    "KernelCodeExecutor": "kernels.executor",
    "LocalCommandLineCodeExecutor": "local",
    "MarkdownCodeExtractor": "markdown_code_extractor",
    "PreparedEnvironment": "environments.prepared",
    "a_prepare_environment": "environments.prepared",
    "RemoteCodeExecutor": "remote.client",
    "code_server": "remote.server",
    "describe_result": "result",
    "executor_from_config": "config",
    "prepare_environment": "environments.prepared",
    "with_requirements": "functions",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - names are reached lazily

    value = getattr(import_module(f"{__name__}.{_MODULE_BY_NAME.get(name, 'executor')}"), name)
    globals()[name] = value
    return value
