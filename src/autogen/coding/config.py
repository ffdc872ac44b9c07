"""From an agent's `code_execution_config`, in all its forms, to an executor."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from autogen.coding.executor import CodeExecutor
from autogen.coding.local import LocalCommandLineCodeExecutor
from autogen.core.place import current_scope

if TYPE_CHECKING:
    from autogen.coding.places.place import Place

DEFAULT_TIMEOUT = 600
DEFAULT_WORK_DIR = "coding"
_LOCAL = "commandline-local"
_OPTIONS = ("sandbox", "network", "readable", "artefact_caps", "environment", "accept_no_isolation", "virtual_env_context", "functions",
            "functions_module", "execution_policies", "caps")  # fmt: skip
_ALLOWED = ("executor", "last_n_messages", "timeout", "use_docker", "work_dir", *_OPTIONS)
_DOCKER = "docker"
# Executors that are asked for by name, with their options under that name in the config.
_PLACE_BY_NAME = {
    _LOCAL: ("local", "LocalCommandLineCodeExecutor"),
    _DOCKER: ("containers.executor", "ContainerCodeExecutor"),
    "kernel": ("kernels.executor", "KernelCodeExecutor"),
    "ipython-embedded": ("kernels.embedded", "EmbeddedIPythonCodeExecutor"),
    "jupyter": ("kernels.server.executor", "JupyterCodeExecutor"),
}
_OPTIONS_OF_CONTAINERS = ("network", "environment", "execution_policies", "caps")
_YES, _NO, _EITHER = ("1", "true", "yes", "t"), ("0", "false", "no", "f"), ("none",)


class _ClassicExecutor(LocalCommandLineCodeExecutor):
    """The executor behind a config without `executor`: words and habits of the classic's oldest way to run code.

    The work dir is made at the first execution, with its parents; each block's output begins on a line of its own;
    what a successful block printed to stderr is left out.
    """

    DEFAULT_EXECUTION_POLICY: ClassVar[dict[str, bool]] = {
        language: is_run for language, is_run in LocalCommandLineCodeExecutor.DEFAULT_EXECUTION_POLICY.items() if is_run
    }
    _before_output = "\n"
    _shows_all_on_success = False
    _exit_code_of_timeout: ClassVar[int | None] = 1
    _explains_itself = False
    _has_explained = False

    def _make_work_dir(self) -> None:
        pass

    def _announce(self, place: Place) -> None:
        if not self._explains_itself:
            if not self._has_explained:
                super()._announce(place)
            return
        self._explains_itself, self._has_explained = False, True
        how = (
            "in a sandbox, with the network open because old programs download data"
            if place.contains
            else "as a bare process with all your rights, because no sandbox can be had here"
        )
        text = f"use_docker=False: the model's code runs {how}. Leave use_docker out for a sandbox without network."
        scope = current_scope()
        if scope is not None:
            scope.notice(text)
        else:
            warnings.warn(text, stacklevel=2)


_ClassicExecutor.__name__ = LocalCommandLineCodeExecutor.__name__  # events name the class, and users know this one


def executor_from_config(code_execution_config: Mapping[str, Any] | bool | None) -> CodeExecutor | None:
    """Return the executor that a `code_execution_config` asks for; `None` if it turns code execution off.

    Args:
        code_execution_config: `False` or `None`: no execution. A dict: `executor` (an instance, or
            "commandline-local", "docker", "kernel", "ipython-embedded" or "jupyter", with its options under that name),
            or else `work_dir` (default "coding", in the current directory), `timeout` (default 600 seconds),
            `use_docker` (left out: a sandbox; `False`: consent to the bare process where there is no sandbox, and to
            the network; `True`, an image or a list of images: a container, with the network) and any keyword of
            `LocalCommandLineCodeExecutor`. `last_n_messages` is the agent's.

    Raises:
        ValueError: an unknown executor, an unknown key, or keys that exclude each other.
        MissingExtra: a container is asked for, and the extra `docker` is not installed.
        SandboxUnavailable: a container is asked for, and there is no engine.
    """
    if code_execution_config is None or code_execution_config is False:
        return None
    check_code_config(code_execution_config)
    config = dict(cast("Mapping[str, Any]", code_execution_config))
    if config.get("executor") is not None:
        return CodeExecutorFactory.create(config)
    use_docker = decide_use_docker(config.get("use_docker"))
    if use_docker:
        return _in_a_container(use_docker, config)
    options: dict[str, Any] = {"network": True, "accept_no_isolation": True} if use_docker is False else {}
    options |= {key: config[key] for key in _OPTIONS if key in config}
    timeout = config.get("timeout")
    executor = _ClassicExecutor(
        timeout=DEFAULT_TIMEOUT if timeout is None else timeout,
        work_dir=config.get("work_dir") or DEFAULT_WORK_DIR,
        **options,
    )
    executor._explains_itself = use_docker is False  # noqa: SLF001 - our own, of this file  # pyright: ignore[reportPrivateUsage]
    return executor


def _in_a_container(use_docker: bool | str | Sequence[str], config: Mapping[str, Any]) -> CodeExecutor:
    from autogen.coding.containers.classic import ClassicContainerExecutor  # noqa: PLC0415 - only where asked for

    options = {key: config[key] for key in _OPTIONS_OF_CONTAINERS if key in config}
    if use_docker is not True:
        options["image"] = use_docker
    timeout = config.get("timeout")
    return ClassicContainerExecutor(
        timeout=DEFAULT_TIMEOUT if timeout is None else timeout,
        work_dir=config.get("work_dir") or DEFAULT_WORK_DIR,
        **options,
    )


def check_code_config(code_execution_config: object) -> None:
    """Say what is wrong with a config, if anything is; nothing is made or looked for.

    Raises:
        ValueError: not a dict, an unknown executor or key, or keys that exclude each other.
    """
    if not isinstance(code_execution_config, Mapping):
        raise ValueError(f"code_execution_config must be a dict or False. This is neither: {code_execution_config!r}")  # noqa: TRY004 - as in the classic
    config = cast("Mapping[str, Any]", code_execution_config)
    if unknown := [key for key in config if key not in _ALLOWED and key not in _PLACE_BY_NAME]:
        raise ValueError(f"unknown key {unknown[0]!r} in code_execution_config (allowed: {', '.join(_ALLOWED)})")
    executor = config.get("executor")
    if executor is None:
        _check_use_docker(decide_use_docker(config.get("use_docker")), config)
        return
    if taken := [key for key in ("use_docker", "work_dir", "timeout") if key in config]:
        raise ValueError(
            f"{taken[0]!r} in code_execution_config is not valid when 'executor' is set. "
            f"Use the appropriate arg in the chosen executor instead."
        )
    if not _is_known(executor) and not isinstance(executor, CodeExecutor):
        raise _unknown(executor)


def _check_use_docker(use_docker: object, config: Mapping[str, Any]) -> None:
    if not use_docker:
        return
    images = cast("list[object]", use_docker) if isinstance(use_docker, list | tuple) else [use_docker]
    if use_docker is not True and not all(isinstance(image, str) and image for image in images):
        raise ValueError(
            f"use_docker must be a bool, the name of an image, or a list of such names, not {use_docker!r}"
        )
    if others := [key for key in _OPTIONS if key in config and key not in _OPTIONS_OF_CONTAINERS]:
        raise ValueError(f"{others[0]!r} in code_execution_config does not go with use_docker={use_docker!r}")


def _is_known(executor: object) -> bool:
    return isinstance(executor, str) and executor in _PLACE_BY_NAME


def _unknown(executor: object) -> ValueError:
    return ValueError(f"Unknown code executor {executor} (known: an instance, {', '.join(map(repr, _PLACE_BY_NAME))})")


class CodeExecutorFactory:
    """Makes executors by name."""

    @staticmethod
    def create(code_execution_config: Mapping[str, Any]) -> CodeExecutor:
        """Return the executor under `executor`: an instance, or one made by name with the options under that name.

        Raises:
            ValueError: no executor of this name.
        """
        executor = code_execution_config.get("executor")
        if isinstance(executor, CodeExecutor):
            return executor
        if not isinstance(executor, str) or executor not in _PLACE_BY_NAME:
            raise _unknown(executor)
        from importlib import import_module  # noqa: PLC0415 - each with packages of its own, only where asked for

        module, name = _PLACE_BY_NAME[executor]
        make = getattr(import_module(f"autogen.coding.{module}"), name)
        return make(**(code_execution_config.get(executor) or {}))


def decide_use_docker(use_docker: Any) -> Any:
    """Return the argument if it is given, otherwise what `AUTOGEN_USE_DOCKER` says; `None` if nobody cares.

    Raises:
        ValueError: the variable has a value that says nothing.
    """
    if use_docker is not None:
        return use_docker
    told = os.environ.get("AUTOGEN_USE_DOCKER")
    if told is None or told.lower() in _EITHER:
        return None
    if told.lower() in _YES:
        return True
    if told.lower() in _NO:
        return False
    raise ValueError(
        f"Invalid value for AUTOGEN_USE_DOCKER: {told}. "
        f'Please set AUTOGEN_USE_DOCKER to "1/True/yes", "0/False/no", or "None".'
    )
