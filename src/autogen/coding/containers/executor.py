"""Code in a container: each block is saved in the work dir, which the container shares, and run there as a program."""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from autogen.coding.artefacts import ArtefactCaps
from autogen.coding.containers.container import WORKSPACE, Container, Setting
from autogen.coding.containers.engine import find_engine
from autogen.coding.containers.images import DEFAULT_IMAGE, find_image
from autogen.coding.containers.inside import FIND_PROGRAM
from autogen.coding.containers.ownership import remove_what_the_dead_left
from autogen.coding.containers.running import run_in
from autogen.coding.containers.sharing import account_for, checked_volumes, drop_set_id_bits
from autogen.coding.executor import CodeBlock, CodeExtractor, CommandLineCodeResult
from autogen.coding.languages import extension_of, language_of, programs_of, refuse_dangers
from autogen.coding.markdown_code_extractor import MarkdownCodeExtractor
from autogen.coding.places.place import Caps
from autogen.coding.result import ToRun, lacks_network, run_in_order, saved_to_run, without_network
from autogen.coding.workspace import checked_name, hashed_name, requested_name, save
from autogen.core.one_at_a_time import OneAtATime
from autogen.core.place import current_scope
from autogen.core.sync import call_in_thread, sync_of
from autogen.core.twins import Twins
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autogen.coding.places.supervisor import Outcome
    from autogen.core.run import Scope

_logger = logging.getLogger("autogen")
_TIMEOUT = "Timeout"
_PROBE_S = 30.0
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ENVIRONMENT = {
    "PATH": _PATH,
    "HOME": "/tmp",  # noqa: S108 - the container's own
    "TMPDIR": "/tmp",  # noqa: S108 - likewise
    "USER": "user",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "PYTHONUNBUFFERED": "1",  # so that what was printed before a timeout is kept
    "PYTHONDONTWRITEBYTECODE": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
}
_PACKAGES = f"{WORKSPACE}/.packages"
_swept: set[str] = set()  # engines in which this process has looked for what dead ones left


class ContainerCodeExecutor(Twins):
    """Runs code blocks as programs in a container of Docker or Podman.

    The container is made at the first execution and used again for all that follow; each block is a program of its own,
    and nothing that it started outlives it. Blocks wait for one another. The code is an ordinary user without any
    capability, on a read-only system, and may write to the work dir and to a `/tmp` in memory. When this process ends,
    in whatever way, so does the container.

    Args:
        image: what the container is made from; of several, the first that is here or can be pulled.
        container_name: its name in the engine; made up if not given.
        timeout: seconds for each block.
        work_dir: where the code runs and leaves its files; made if it is missing, in a directory that exists.
        bind_dir: the work dir as the engine sees it, where that differs: when this program runs in a container itself.
        auto_remove: whether the engine forgets the container once it has stopped.
        stop_container: whether the container ends with this process, and at the end of a `with` block.
        execution_policies: by language, whether blocks are run or only saved.
        network: whether the code may use the network.
        volumes: further directories that the code may read: `{path of the engine's machine: path in the container}`.
        environment: variables that the code gets; nothing of this process's environment reaches it otherwise.
        caps: bounds on memory, processes, files and output. Memory and processes are bounded for the container.
        artefact_caps: bounds on the files that a result lists.
        idle_timeout: seconds after which an unused container ends; the next execution makes another one.

    Raises:
        ValueError: a timeout below 1, no image, or a volume that must not be given away.
        FileNotFoundError: the directory in which `work_dir` would be made does not exist.
    """

    SUPPORTED_LANGUAGES: ClassVar[list[str]] = [
        "bash", "shell", "sh", "pwsh", "powershell", "ps1", "python", "javascript", "html", "css"]  # fmt: skip
    DEFAULT_EXECUTION_POLICY: ClassVar[dict[str, bool]] = {
        "bash": True, "shell": True, "sh": True, "zsh": True, "pwsh": True, "powershell": True, "ps1": True,
        "python": True, "javascript": False, "html": False, "css": False}  # fmt: skip
    _before_output = ""
    _exit_code_of_timeout: ClassVar[int | None] = None

    def __init__(
        self,
        image: str | Sequence[str] = DEFAULT_IMAGE,
        container_name: str | None = None,
        timeout: int = 60,
        work_dir: Path | str = ".",
        bind_dir: Path | str | None = None,
        auto_remove: bool = True,
        stop_container: bool = True,
        execution_policies: Mapping[str, bool] | None = None,
        *,
        network: bool = False,
        volumes: Mapping[str | Path, str] | None = None,
        environment: Mapping[str, str] | None = None,
        caps: Caps | None = None,
        artefact_caps: ArtefactCaps | None = None,
        idle_timeout: int = 3600,
    ) -> None:
        if timeout < 1:
            raise ValueError("Timeout must be greater than or equal to 1.")
        self._images = [image] if isinstance(image, str) else list(image)
        if not self._images or not all(self._images):
            raise ValueError(f"image={image!r} names no image. Leave it out for {DEFAULT_IMAGE!r}.")
        self._timeout, self._work_dir = timeout, Path(work_dir)
        self._directory = self._work_dir.absolute()
        self._bind_dir = None if bind_dir is None else Path(bind_dir)
        self._volumes = checked_volumes(volumes or {})
        self._name, self._network, self._idle_s = container_name, network, idle_timeout
        self._auto_remove, self._ends_with_us = auto_remove, stop_container
        self._environment, self._caps = dict(environment or {}), caps or Caps()
        self._artefact_caps = artefact_caps or ArtefactCaps()
        self.execution_policies = {**self.DEFAULT_EXECUTION_POLICY, **(execution_policies or {})}
        self._turn, self._state = OneAtATime(), threading.Lock()
        self._container: Container | None = None
        self._programs: dict[str, str | None] = {}
        self._make_work_dir()

    def _make_work_dir(self) -> None:
        self._directory.mkdir(exist_ok=True)

    @property
    def timeout(self) -> int:
        """Seconds for each block."""
        return self._timeout

    @property
    def work_dir(self) -> Path:
        """The work dir, as it was given."""
        return self._work_dir

    @property
    def bind_dir(self) -> Path:
        """The work dir, as the engine sees it."""
        return self._bind_dir or self._work_dir

    @property
    def image(self) -> str | None:
        """What the container is made from; `None` before the first execution, if there is more than one to choose from."""
        container = self._container
        if container is not None:
            return container.setting.image
        return self._images[0] if len(self._images) == 1 else None

    @property
    def code_extractor(self) -> CodeExtractor:
        """How blocks are found in a message."""
        return MarkdownCodeExtractor()

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CommandLineCodeResult:
        """Run the blocks in order, stopping at the first that fails.

        Code that fails, is stopped or is in an unknown language is an ordinary result, with words for the model.

        Raises:
            MissingExtra: the extra `docker` is not installed.
            SandboxUnavailable: no engine answers, or it stopped while code ran; names the ways out.
            CodeError: no image or no container can be had; says why.
        """
        result = CommandLineCodeResult(0, "", None)
        if not code_blocks:
            return result
        async with self._turn:
            container = await self._ready()
            self._announce(container)
            result.place = f"container ({container.engine.name}, {container.setting.image})"

            async def run(block: CodeBlock) -> tuple[int, str, Path | None]:
                return await self._run_block(container, block)

            await run_in_order(result, code_blocks, run, (self._directory, self._artefact_caps))
        return result

    execute_code_blocks = sync_of(a_execute_code_blocks)

    def _announce(self, container: Container) -> None:
        """Say what the user should know of a container before code runs in it."""

    async def _run_block(self, container: Container, block: CodeBlock) -> tuple[int, str, Path | None]:
        """Return exit code, output and the file in which the block was saved."""
        saved = saved_to_run(block, self._directory, self.execution_policies, refuse_dangers)
        if not isinstance(saved, ToRun):
            return saved
        file = self._directory / saved.name
        program = await self._program(container, saved.language, saved.name)
        if program is None:
            return 1, f"\n{block.language} is not installed here.", file
        outcome = await self._run(container, program, saved.name)
        if not container.has_our_filter:
            await asyncio.to_thread(drop_set_id_bits, self._directory)
        exit_code = self._exit_code_of_timeout if outcome.is_timeout else None
        return outcome.exit_code if exit_code is None else exit_code, self._before_output + self._words(outcome), file

    async def _program(self, container: Container, language: str, name: str) -> str | None:
        """Return the program for a language in this image, found once; `None` if there is none.

        Raises:
            CodeError: the container sees another directory than this process does.
        """
        if language not in self._programs:
            wanted = ["python3", "python"] if language == "python" else programs_of(language)
            probe = ["/bin/sh", "-c", FIND_PROGRAM, "sh", f"{WORKSPACE}/{name}", *wanted]
            outcome = await run_in(container, probe, self._directory, _PROBE_S, {"PATH": _PATH})
            told = outcome.stdout.splitlines()
            if told[:1] != ["seen"] and await asyncio.to_thread((self._directory / name).exists):
                raise CodeError(
                    f"The container engine at {container.engine.address} does not see the work dir "
                    f"{str(self._directory)!r}: it runs on another machine, or this program runs in a container itself. "
                    f"Give bind_dir=…, the same directory as the engine sees it."
                )
            self._programs[language] = next((line for line in told if line != "seen"), None)
        return self._programs[language]

    async def _run(self, container: Container, program: str, name: str) -> Outcome:
        environment = dict(_ENVIRONMENT)
        if self._network:
            environment |= {"PIP_TARGET": _PACKAGES, "PYTHONPATH": _PACKAGES}
        else:
            environment["PIP_RETRIES"] = "0"
        environment |= self._environment
        arguments = [program, f"{WORKSPACE}/{name}"]
        return await run_in(container, arguments, self._directory, self._timeout, environment)

    def _words(self, outcome: Outcome) -> str:
        """Return what a block printed, as the model is told it: errors first, as everywhere."""
        output = outcome.stderr + outcome.stdout
        if outcome.is_timeout:
            return f"{output}\n{_TIMEOUT}" if not output.endswith("\n") else output + _TIMEOUT
        if outcome.stopped is not None:
            return f"{output}\nThe code was stopped: {outcome.stopped}."
        if outcome.exit_code != 0 and not self._network and lacks_network(output):
            return f"{output.rstrip()}\n{without_network(has_our_packages=False)}\n"
        return output

    async def run_file(self, code: str | None, name: str | None, lang: str) -> Outcome | None:
        """Run one piece of code, or a file of the work dir; `None` if the language cannot be run.

        Raises:
            SandboxUnavailable: no engine answers, or it stopped while code ran.
            CodeError: no image or no container can be had.
            UnusableName: the name leads out of the work dir, or names no file.
        """
        language = language_of(lang)
        if not self.execution_policies.get(language):
            return None
        async with self._turn:
            container = await self._ready()
            asked = checked_name(name) if name else requested_name(code or "")
            file = asked or hashed_name(code or "", extension_of(language))
            if code is not None:
                save(self._directory, file, code)
            program = await self._program(container, language, file)
            return None if program is None else await self._run(container, program, file)

    async def a_stop(self) -> None:
        """End the container, whatever `stop_container` says; the next execution makes another one.

        Raises:
            SandboxUnavailable: the engine does not answer any more.
        """
        async with self._turn:
            await call_in_thread(self._discard, is_replaced=False)

    stop = sync_of(a_stop)

    async def a_restart(self) -> None:
        """Forget all but the files in the work dir: the next execution makes a new container.

        Raises:
            SandboxUnavailable: the engine does not answer any more.
        """
        async with self._turn:
            await call_in_thread(self._discard, is_replaced=True)

    restart = sync_of(a_restart)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ends_with_us:
            self.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._ends_with_us:
            await self.a_stop()

    async def _ready(self) -> Container:
        """Return the container: the one that is there if it is well, otherwise a new one."""
        self._directory.mkdir(exist_ok=True, parents=True)
        self._directory = self._directory.resolve()
        return await call_in_thread(self._make_ready, _teller())

    def _make_ready(self, tell: Callable[[str], None]) -> Container:
        with self._state:
            found = self._container
            if found is not None and found.is_well():
                return found
            if found is not None:
                found.let_go()
            engine = find_engine()
            if engine.address not in _swept:
                remove_what_the_dead_left(engine)
                _swept.add(engine.address)
            user = account_for(engine, self._directory)
            image = find_image(engine, self._images, tell)
            self._programs.clear()
            self._container = container = Container(engine, self._setting(image, user))
            weakref.finalize(self, container.let_go)
            if container.unbounded:
                tell(
                    f"{engine.name} does not bound {' and '.join(container.unbounded)} here, as rootless engines cannot without "
                    f"a cgroup of version 2 that is theirs: code may use up the machine."
                )
            return container

    def _setting(self, image: str, user: str) -> Setting:
        return Setting(
            image=image,
            directory=str(self._bind_dir or self._directory),
            user=user,
            caps=self._caps,
            network=self._network,
            volumes=self._volumes,
            name=self._name,
            auto_remove=self._auto_remove,
            is_kept=not self._ends_with_us,
            idle_s=self._idle_s,
        )

    def _discard(self, *, is_replaced: bool) -> None:
        with self._state:
            container, self._container = self._container, None
            if container is not None and (self._auto_remove or is_replaced):
                container.remove()
            elif container is not None:
                container.end()


def _teller() -> Callable[[str], None]:
    """Return what takes news from a worker thread to whoever watches the run, or to the log outside of any."""
    scope, loop = current_scope(), asyncio.get_running_loop()
    if scope is None:
        return _logger.warning
    return lambda text: _tell(loop, scope, text)


def _tell(loop: asyncio.AbstractEventLoop, scope: Scope, text: str) -> None:
    loop.call_soon_threadsafe(scope.notice, text)


DockerCommandLineCodeExecutor = ContainerCodeExecutor
"""The classic's name, with its parameters. The network is off unless `network=True`."""
