"""One running container: made, asked how it is, given programs to run, and removed.

Everything here may block: it is called in worker threads.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import socket as sockets
import threading
from dataclasses import dataclass, field
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.coding.containers.engine import docker_sdk, engine_errors
from autogen.coding.containers.inside import END_ALL, KEEPER, RUNNER
from autogen.coding.containers.ownership import kill, labels_of_this_process, remove
from autogen.coding.places.seccomp import container_profile
from autogen.coding.places.supervisor import Kept
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autogen.coding.containers.engine import Engine
    from autogen.coding.places.place import Caps

WORKSPACE = "/workspace"
KEEPER_ID = 65532
_SHARED_MEMORY_BYTES = 64_000_000
_OWN_PROCESSES = 8  # the first process with its children, and the runner
_ANSWER_S = 20.0
_CHUNK_BYTES = 65536
_STDERR = 2  # as engines number the streams
_FOR_EVER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """What a container is made from.

    Args:
        image: its name, present in the engine.
        directory: the work dir, as the engine sees it.
        user: who runs the code, as `number:number`.
        caps: bounds for the container as a whole.
        network: whether it has one.
        volumes: directories of the engine's machine, read-only: where they come from, where they appear.
        name: of the container; `None` for one that the engine makes up.
        auto_remove: whether the engine forgets it once it has stopped.
        is_kept: whether it outlives this process.
        idle_s: it ends when it was not used for so long.
    """

    image: str
    directory: str
    user: str
    caps: Caps
    network: bool = False
    volumes: Mapping[str, str] = field(default_factory=dict[str, str])
    name: str | None = None
    auto_remove: bool = True
    is_kept: bool = False
    idle_s: int = 3600


class Health(NamedTuple):
    """What the first process tells.

    Attributes:
        living: processes of the code that live.
        starved: how many the kernel killed for their memory.
        unbounded: what the engine does not bound although it was asked to: "memory", "processes".
    """

    living: int
    starved: int
    unbounded: tuple[str, ...]


class Container:
    """A container that ends when this process does, unless it is to be kept."""

    def __init__(self, engine: Engine, setting: Setting) -> None:
        """Make it and start it.

        Raises:
            CodeError: the engine refuses; says why.
            SandboxUnavailable: the engine does not answer any more.
        """
        self.engine, self.setting, self._owner = engine, setting, os.getpid()
        self.id, self.has_our_filter = _created(engine, setting)
        try:
            with engine_errors(engine, f"start a container of {setting.image!r}"):
                # attached before it starts: a first process without anybody at the other end would end at once
                attached = engine.api.attach_socket(self.id, params={"stdin": 1, "stdout": 1, "stream": 1})
                self._attached, self._line = attached, getattr(attached, "_sock", attached)
                engine.api.start(self.id)
            self.unbounded = self.health().unbounded
        except BaseException:
            with contextlib.suppress(CodeError):
                self.remove()
            raise

    def health(self) -> Health:
        """Ask the first process how things are; that also counts as use.

        Raises:
            CodeError: the container is gone, or was never able to run a shell.
        """
        try:
            self._line.settimeout(_ANSWER_S)
            self._line.sendall(b"\n")
            living, starved, memory, tasks = next(_frames(self._line))[1].decode("ascii", "replace").split()
            return Health(int(living), int(starved), self._unbounded(memory, tasks))
        except (OSError, StopIteration, ValueError) as error:
            raise CodeError(
                f"The container of {self.setting.image!r} has ended: somebody removed it, its engine was stopped, or the "
                f"image lacks a shell (sh, with sleep) to start from."
            ) from error

    def _unbounded(self, memory: str, tasks: str) -> tuple[str, ...]:
        caps = self.setting.caps
        is_loose = _is_more(memory, caps.memory_bytes)
        loose = ("memory",) if is_loose else ()
        if _is_more(tasks, caps.processes + _OWN_PROCESSES) or (is_loose and tasks == "unknown"):
            loose += ("processes",)
        return loose

    def is_well(self) -> bool:
        """Tell whether it can be used: it answers, and belongs to this process and not to one that forked it off."""
        if self._owner != os.getpid():
            return False
        try:
            self.health()
        except CodeError:
            return False
        return True

    def begin(self, arguments: Sequence[str], environment: Mapping[str, str], timeout_s: float) -> Execution:
        """Prepare a program to run as the user of the code, in the work dir, within the limits of each process.

        Raises:
            CodeError: the engine refuses; says why.
            SandboxUnavailable: the engine does not answer any more.
        """
        caps = self.setting.caps
        limits = (caps.open_files, caps.file_bytes // 512, 4 * caps.memory_bytes // 1024,
                  int((timeout_s + 1) * (os.cpu_count() or 1)))  # fmt: skip
        return Execution(self, ["/bin/sh", "-c", RUNNER, "sh", *map(str, limits), *arguments], environment)

    def end_all(self) -> bool:
        """Kill all that the code has running, and tell whether nothing of it is left."""
        try:
            Execution(self, ["/bin/sh", "-c", END_ALL], {}).run()
            return self.health().living == 0
        except CodeError:
            return False

    def remove(self) -> None:
        """Remove it, with all that runs in it; what it left in the work dir stays.

        Raises:
            SandboxUnavailable: the engine does not answer any more.
        """
        try:
            remove(self.engine, self.id)
        finally:
            self.let_go()

    def end(self) -> None:
        """Kill it; the engine still knows it, unless it is to forget it by itself.

        Raises:
            SandboxUnavailable: the engine does not answer any more.
        """
        try:
            kill(self.engine, self.id)
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Close the line to it; one that is not kept ends by that. A process that was forked off leaves it alone."""
        line: Any = getattr(self, "_line", None)
        if line is None or self._owner != os.getpid():
            return
        with contextlib.suppress(OSError):
            line.shutdown(sockets.SHUT_RDWR)
        _close(self._attached, line)


class Execution:
    """One program in a container: `run` returns when its output ends; `stop_listening` makes it return."""

    def __init__(self, container: Container, command: Sequence[str], environment: Mapping[str, str]) -> None:
        caps, self._engine = container.setting.caps, container.engine
        self.stdout, self.stderr = Kept(caps.kept_output_bytes), Kept(caps.kept_output_bytes)
        self.allowed_bytes = caps.output_bytes
        self._line: Any = None
        self._is_given_up = False
        self._is_started = threading.Event()
        with engine_errors(self._engine, "run a program in a container"):
            self.id: str = self._engine.api.exec_create(
                container.id,
                list(command),
                stdin=True,
                user=container.setting.user,
                workdir=WORKSPACE,
                environment=dict(environment),
            )["Id"]

    @property
    def prints_too_much(self) -> bool:
        """Whether it has printed more than it may; it is listened to no further."""
        return self.stdout.size_bytes + self.stderr.size_bytes > self.allowed_bytes

    def run(self) -> None:
        """Start it, and take in what it prints.

        Raises:
            CodeError: the engine refuses; says why.
            SandboxUnavailable: the engine does not answer any more.
        """
        try:
            with engine_errors(self._engine, "run a program in a container"):
                held = self._engine.api.exec_start(self.id, socket=True)
        finally:
            self._is_started.set()
        self._line = line = getattr(held, "_sock", held)
        try:
            line.settimeout(None)
            self._listen(line)
        except OSError:
            if not self._is_given_up:
                raise
        finally:
            _close(held, line)

    def _listen(self, line: Any) -> None:
        if self._is_given_up:
            return
        line.sendall(b"\n")  # the runner waits for it
        for kind, data in _frames(line):
            (self.stderr if kind == _STDERR else self.stdout).add(data)
            if self.prints_too_much:
                return

    def wait_for_start(self) -> None:
        """Wait, within bounds, until the engine has been told to start it."""
        self._is_started.wait(_ANSWER_S)

    def stop_listening(self) -> None:
        """Make `run` return, now or as soon as it begins."""
        self._is_given_up = True
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(sockets.SHUT_RDWR)

    def exit_code(self) -> int | None:
        """Return its exit code, or `None` while it runs.

        Raises:
            CodeError: the container is gone.
            SandboxUnavailable: the engine does not answer any more.
        """
        with engine_errors(self._engine, "tell how a program has ended"):
            told = self._engine.api.exec_inspect(self.id)
        return None if told.get("Running") else told.get("ExitCode")


def _is_more(told: str, asked: int) -> bool:
    """Tell whether a bound that the container sees is not the one that was asked for."""
    return told == "max" or (told.isdecimal() and int(told) > asked)


def _close(held: Any, line: Any) -> None:
    for each in (held, line):
        with contextlib.suppress(OSError):
            each.close()


def _frames(line: Any) -> Iterator[tuple[int, bytes]]:
    """Take in what an engine sends: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach."""
    while True:
        head = _exactly(line, 8)
        if len(head) < 8:  # noqa: PLR2004 - the length of a head
            return
        left = int.from_bytes(head[4:8], "big")
        while left:
            data = line.recv(min(left, _CHUNK_BYTES))
            if not data:
                return
            left -= len(data)
            yield head[0], data


def _exactly(line: Any, size: int) -> bytes:
    found = b""
    while len(found) < size and (data := line.recv(size - len(found))):
        found += data
    return found


def _created(engine: Engine, setting: Setting) -> tuple[str, bool]:
    """Make a container, and return its number and whether it has the sandbox's system-call filter.

    Podman takes the filter from a file that it must be able to see; its own lets code make user namespaces. Docker's own
    does not, and is kept.
    """
    with engine_errors(engine, f"make a container of {setting.image!r}"):
        if engine.is_podman and (made := _created_with_our_filter(engine, setting)) is not None:
            return made, True
        return engine.api.create_container(**_creation(engine, setting))["Id"], False


def _created_with_our_filter(engine: Engine, setting: Setting) -> str | None:
    """Return the number of a new container; `None` if the engine cannot see this machine's files."""
    with NamedTemporaryFile("w", prefix="autogen-filter-", suffix=".json") as file:
        json.dump(container_profile(platform.machine()), file)
        file.flush()
        try:
            return engine.api.create_container(**_creation(engine, setting, filter_file=file.name))["Id"]
        except docker_sdk().errors.APIError as error:
            if "seccomp" not in str(error):
                raise
            return None


def _creation(engine: Engine, setting: Setting, *, filter_file: str | None = None) -> dict[str, Any]:
    """Return the SDK's arguments for a new container."""
    caps = setting.caps
    mode = "rw,z" if engine.labels_files else "rw"
    binds = {setting.directory: {"bind": WORKSPACE, "mode": mode}}
    binds |= {source: {"bind": target, "mode": mode.replace("rw", "ro")} for source, target in setting.volumes.items()}
    host = engine.api.create_host_config(
        binds=binds,
        network_mode=None if setting.network else "none",
        read_only=True,
        tmpfs={"/tmp": f"rw,nosuid,nodev,mode=1777,size={caps.temporary_bytes}"},  # noqa: S108 - the container's own
        shm_size=_SHARED_MEMORY_BYTES,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges", *([f"seccomp={filter_file}"] if filter_file else [])],
        pids_limit=caps.processes + _OWN_PROCESSES,
        mem_limit=caps.memory_bytes,
        memswap_limit=caps.memory_bytes,
        auto_remove=setting.auto_remove,
    )
    if engine.is_podman and engine.is_rootless:
        host["UsernsMode"] = "keep-id"  # the user of the work dir is then the same number inside
    return {
        "image": setting.image,
        "name": setting.name,
        "entrypoint": ["/bin/sh", "-c", KEEPER],
        "command": [],
        "user": f"{KEEPER_ID}:{KEEPER_ID}",
        "working_dir": "/",
        "environment": {
            "IDLE_S": str(_FOR_EVER_S if setting.is_kept else setting.idle_s),
            "KEEPER_ID": str(KEEPER_ID),
            "IS_KEPT": "yes" if setting.is_kept else "",
        },
        "stdin_open": True,
        "stop_signal": "SIGKILL",
        "labels": labels_of_this_process(is_kept=setting.is_kept),
        "host_config": host,
    }
