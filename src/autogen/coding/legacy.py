"""Functions of the classic's oldest way to run code, on today's executor."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.coding.config import DEFAULT_TIMEOUT, DEFAULT_WORK_DIR, decide_use_docker, executor_from_config
from autogen.coding.containers.engine import find_engine
from autogen.coding.containers.executor import ContainerCodeExecutor
from autogen.coding.local import TIMEOUT_MSG, LocalCommandLineCodeExecutor
from autogen.coding.workspace import UnusableName
from autogen.core.sync import run_sync
from autogen.errors import MissingExtra, SandboxUnavailable

if TYPE_CHECKING:
    import os
    from types import SimpleNamespace

_logger = logging.getLogger("autogen")


def execute_code(
    code: str | None = None,
    timeout: int | None = None,
    filename: str | None = None,
    work_dir: str | None = None,
    use_docker: Any = None,
    lang: str | None = "python",
) -> tuple[int, str, str | None]:
    """Run a piece of code, or a file of the work dir, and return exit code, output and the image of the container, if any.

    The output is what went to stdout if the code succeeded, otherwise what went to stderr. A timeout gives
    `(1, "Timeout", None)`.

    Args:
        code: what to run; `None` to run what `filename` holds.
        timeout: seconds; by default 600.
        filename: where in the work dir the code is saved, or is found.
        work_dir: by default "coding" in the current directory.
        use_docker: as in `executor_from_config`.
        lang: the language.

    Raises:
        AssertionError: neither code nor a file name.
        NotImplementedError: the language cannot be run.
        SandboxUnavailable: nothing here can contain the code.
    """
    if code is None and filename is None:
        raise AssertionError("Either code=None or filename=None must be provided.")
    config = {"timeout": timeout or DEFAULT_TIMEOUT, "work_dir": work_dir or DEFAULT_WORK_DIR, "use_docker": use_docker}
    executor = executor_from_config(config)
    assert isinstance(executor, LocalCommandLineCodeExecutor | ContainerCodeExecutor)
    try:
        outcome = run_sync(executor.run_file, code, filename, lang or "python")
    except UnusableName as error:
        return 1, str(error), None
    finally:
        image = _image_of(executor)
    if outcome is None:
        raise NotImplementedError(f"{lang} not recognized in code execution")
    if outcome.is_timeout:
        return 1, TIMEOUT_MSG, image
    return outcome.exit_code, outcome.stderr if outcome.exit_code else outcome.stdout, image


def _image_of(executor: LocalCommandLineCodeExecutor | ContainerCodeExecutor) -> str | None:
    """Return the image of a container, which has done its work and ends."""
    if isinstance(executor, LocalCommandLineCodeExecutor):
        return None
    image = executor.image
    executor.stop()
    return image


def check_can_use_docker_or_throw(use_docker: Any) -> None:
    """Raise if containers are asked for and there is no engine.

    Raises:
        RuntimeError: says what to do.
    """
    if use_docker is not None and use_docker and not in_docker_container() and not is_docker_running():
        raise RuntimeError(
            "Code execution is set to be run in docker, but docker is not running. Leave use_docker out: code then "
            "runs in a sandbox; or set use_docker=False (or AUTOGEN_USE_DOCKER=0)."
        )


def is_docker_running() -> bool:
    """Tell whether a container engine answers."""
    try:
        find_engine()
    except (MissingExtra, SandboxUnavailable):
        return False
    return True


def in_docker_container() -> bool:
    """Tell whether this process itself runs in a container."""
    return Path("/.dockerenv").exists()


def get_powershell_command() -> str | None:
    """Return the name of the PowerShell that is installed; `None`, with a line in the log, if there is none."""
    found = next((name for name in ("powershell", "pwsh") if shutil.which(name)), None)
    if found is None:
        _logger.warning("There is no PowerShell here (looked for 'powershell' and 'pwsh').")
    return found


def create_virtual_env(dir_path: str | os.PathLike[str], **env_args: Any) -> SimpleNamespace:
    """Make a virtual environment and return its context, for `LocalCommandLineCodeExecutor(virtual_env_context=…)`.

    Args:
        dir_path: where.
        **env_args: passed on to `venv.EnvBuilder`; by default the environment has pip.
    """
    import venv  # noqa: PLC0415 - slow to import, and rarely needed

    builder = venv.EnvBuilder(**(env_args or {"with_pip": True}))
    builder.create(dir_path)
    return builder.ensure_directories(dir_path)


__all__ = [
    "check_can_use_docker_or_throw",
    "create_virtual_env",
    "decide_use_docker",
    "execute_code",
    "get_powershell_command",
    "in_docker_container",
    "is_docker_running",
]
