"""The container engine: where it listens, what it can do, and its failures in our words.

Everything here may block: it is called in worker threads.
"""

from __future__ import annotations

import os
import socket as sockets
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.errors import CodeError, MissingExtra, SandboxUnavailable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_SOCKET = "unix://"
_ANSWER_S = 60  # for one request, and for one piece of an image that is pulled
_WAYS_OUT = (
    "Ways out: start an engine (Docker: sudo systemctl start docker; Podman: systemctl --user start podman.socket), or "
    "name one that runs elsewhere in DOCKER_HOST; leave use_docker out, and code runs in a sandbox without an engine."
)


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that answers.

    Args:
        api: the SDK's low-level client.
        address: where it listens.
        name: "Docker" or "Podman", and the version.
        is_rootless: whether it belongs to an ordinary user.
        labels_files: whether it asks for a label on the directories that it mounts (SELinux).
    """

    api: Any
    address: str
    name: str
    is_rootless: bool
    labels_files: bool

    @property
    def is_podman(self) -> bool:
        """Whether it is Podman behind Docker's interface."""
        return self.name.startswith("Podman")


_known: dict[str, Engine] = {}


def find_engine() -> Engine:
    """Return the engine that `DOCKER_HOST` names, or the first that answers where engines usually listen.

    Raises:
        MissingExtra: the extra `docker` is not installed.
        SandboxUnavailable: none answers; says what was tried, why it failed, and the ways out.
    """
    docker = docker_sdk()
    complaints: list[str] = []
    for address in _addresses():
        try:
            return _reached(docker, address)
        except Exception as error:  # noqa: BLE001 - of many kinds, by transport; each becomes a sentence
            complaints.append(f"{address}: {_why_unreachable(error)}")
    raise _none_can_be_used("; ".join(complaints) or "no socket of Docker or Podman is there")


def _none_can_be_used(why: str) -> SandboxUnavailable:
    return SandboxUnavailable(f"No container engine can be used ({why}). {_WAYS_OUT}")


def _addresses() -> list[str]:
    named = os.environ.get("DOCKER_HOST") or os.environ.get("CONTAINER_HOST")
    return [named] if named else list(_usual_addresses())


def check_that_there_may_be_one() -> None:
    """See early, without asking anybody, whether there can be an engine.

    Raises:
        MissingExtra: the extra `docker` is not installed.
        SandboxUnavailable: no engine is named, and no socket of one is there.
    """
    from importlib.util import find_spec  # noqa: PLC0415 - only where containers are used

    if find_spec("docker") is None:
        raise MissingExtra("docker", needed_by="code in containers")
    if not _addresses():
        raise _none_can_be_used("no socket of Docker or Podman is there")


def docker_sdk() -> Any:
    """Return the SDK.

    Raises:
        MissingExtra: the extra `docker` is not installed.
    """
    from importlib import import_module  # noqa: PLC0415 - only where containers are used

    try:
        return import_module("docker")
    except ImportError:
        raise MissingExtra("docker", needed_by="code in containers") from None


def _reached(docker: Any, address: str) -> Engine:
    """Return the engine at an address; what it is takes it a while to tell, so it is asked once in a process."""
    _knock(address)
    known = _known.get(address)
    if known is not None:
        known.api.ping()
        return known
    settings = docker.utils.kwargs_from_env() if os.environ.get("DOCKER_HOST") == address else {"base_url": address}
    first = docker.APIClient(**settings, timeout=_ANSWER_S)
    try:
        told = first.version(api_version=False)
    finally:
        first.close()
    api = docker.APIClient(**settings, version=told["ApiVersion"], timeout=_ANSWER_S)
    facts = api.info()
    options = " ".join(facts.get("SecurityOptions") or ())
    is_rootless = "rootless" in options or bool(facts.get("Rootless"))  # as Docker says it, and Podman
    parts = [part.get("Name", "") for part in told.get("Components") or ()]
    kind = "Podman" if any("podman" in part.lower() for part in parts) else "Docker"
    name = f"{kind} {told.get('Version', '')}".strip()
    _known[address] = Engine(api, address, name, is_rootless, "selinux" in options)
    return _known[address]


def _knock(address: str) -> None:
    """See whether anybody listens at a socket of this machine; the SDK would leave its own open where nobody does."""
    if not address.startswith(_SOCKET):
        return
    with sockets.socket(sockets.AF_UNIX) as socket:
        socket.settimeout(_ANSWER_S)
        socket.connect(address.removeprefix(_SOCKET))


def _usual_addresses() -> Iterator[str]:
    if sys.platform == "win32":
        yield "npipe:////./pipe/docker_engine"
        return
    home, run = Path.home(), os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    for path in (
        "/var/run/docker.sock",
        f"{run}/docker.sock",
        f"{home}/.docker/run/docker.sock",
        f"{home}/.docker/desktop/docker.sock",
        f"{run}/podman/podman.sock",
        "/run/podman/podman.sock",
    ):
        if os.path.exists(path):  # noqa: PTH110 - plain paths; a closed directory is no error
            yield f"unix://{path}"


def _why_unreachable(error: BaseException) -> str:
    causes = _causes(error)
    if any(isinstance(cause, PermissionError) for cause in causes):
        cure = "join its group (sudo usermod -aG docker $USER, then log in again), or use a rootless engine"
        return f"you may not use this socket; {cure}"
    if any(isinstance(cause, FileNotFoundError) for cause in causes):
        return "there is no such socket"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "nothing listens there; the engine is not running"
    return f"{type(error).__name__}: {str(error)[:300]}"


def _causes(error: BaseException) -> list[BaseException]:
    """Return an error and all that led to it: the SDK wraps what the system said several times."""
    found: list[BaseException] = [error]
    for cause in found:
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        found += [one for one in inner if isinstance(one, BaseException) and one not in found]
    return found


@contextmanager
def engine_errors(engine: Engine, doing: str) -> Generator[None]:
    """Turn the SDK's errors into ours.

    Args:
        engine: who was asked.
        doing: what it was asked to do, after "The container engine could not ".

    Raises:
        SandboxUnavailable: it does not answer any more.
        CodeError: it refused; says with which words.
    """
    errors = docker_sdk().errors
    try:
        _knock(engine.address)
        yield
    except errors.APIError as error:
        told = str(error.explanation or error)
        raise CodeError(f"The container engine could not {doing}: {told[:600]}") from error
    except (errors.DockerException, OSError) as error:  # requests' errors are OSErrors
        raise SandboxUnavailable(
            f"The container engine at {engine.address} could not {doing}: {_why_unreachable(error)}. "
            f"Start it again; if code was running, nobody knows how far it got."
        ) from error
