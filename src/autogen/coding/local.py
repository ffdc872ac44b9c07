"""Code on this machine: each block is saved in the work dir and run as a program, contained by a sandbox."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import nullcontext
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from autogen.coding.artefacts import ArtefactCaps
from autogen.coding.executor import CodeBlock, CodeExtractor, CommandLineCodeResult
from autogen.coding.functions import module_source, packages_of, stub_of
from autogen.coding.languages import extension_of, language_of, programs_of, refuse_dangers
from autogen.coding.markdown_code_extractor import MarkdownCodeExtractor
from autogen.coding.places.data import data_of
from autogen.coding.places.interpreter import find_program, installed_in
from autogen.coding.places.network.hosts import Hosts
from autogen.coding.places.place import Caps, Command
from autogen.coding.result import ToRun, lacks_network, only_these_hosts, run_in_order, saved_to_run, without_network
from autogen.coding.workspace import checked_name, hashed_name, requested_name, save
from autogen.core.place import current_scope
from autogen.core.sync import sync_of
from autogen.core.twins import Twins

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from autogen.coding.places.data import Readable
    from autogen.coding.places.interpreter import Interpreter
    from autogen.coding.places.place import Place
    from autogen.coding.places.supervisor import Outcome

TIMEOUT_MSG = "Timeout"
_ENVIRONMENT = {
    "HOME": "/tmp",  # noqa: S108 - the sandbox's own
    "TMPDIR": "/tmp",  # noqa: S108 - likewise
    "USER": "user",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "PYTHONUNBUFFERED": "1",  # so that what was printed before a timeout is kept
    "PYTHONDONTWRITEBYTECODE": "1",
    "DOTNET_GCHeapHardLimit": "0x30000000",  # PowerShell would set aside more addresses than a process may have
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
}


class LocalCommandLineCodeExecutor(Twins):
    """Runs code blocks as programs on this machine, in a sandbox (`autogen.coding.places.bubblewrap`).

    Args:
        timeout: seconds for each block.
        virtual_env_context: the Python environment to run in, as `create_virtual_env` returns it; by default this
            process's own, or the distribution's where the sandbox cannot read that.
        work_dir: where the code runs and leaves its files; made if it is missing, in a directory that exists.
        functions: functions of yours that the code may import.
        functions_module: the module that it imports them from.
        execution_policies: by language, whether blocks are run or only saved.
        sandbox: `"auto"` takes bubblewrap, or the weaker Landlock where bubblewrap does not work, and says so;
            `"bubblewrap"` and `"landlock"` take that one. All three refuse to run anything where they find nothing that
            contains it; `"none"` runs a bare process with all your rights.
        network: `True` leaves the network open; a list of hosts, such as `["pypi.org", "*.python.org"]`, lets programs
            that use an HTTP proxy reach these, and nothing else. That takes bubblewrap.
        readable: files and directories that the code may read, under their own names, or as a mapping from paths to the
            names that it sees them under.
        environment: variables that the code gets; nothing of this process's environment reaches it otherwise.
        accept_no_isolation: with `sandbox="none"`, the second word that this takes; with `"auto"`, consent to the bare
            process where there is no sandbox.
        caps: bounds on memory, processes, files and output.
        artefact_caps: bounds on the files that a result lists.

    Raises:
        ValueError: a timeout below 1, a `functions_module` that is no identifier, or `sandbox="none"` without consent.
        FileNotFoundError: the directory in which `work_dir` would be made does not exist.
    """

    SUPPORTED_LANGUAGES: ClassVar[list[str]] = [
        "bash", "shell", "sh", "pwsh", "powershell", "ps1", "python", "javascript", "html", "css"]  # fmt: skip
    DEFAULT_EXECUTION_POLICY: ClassVar[dict[str, bool]] = {
        "bash": True, "shell": True, "sh": True, "zsh": True, "pwsh": True, "powershell": True, "ps1": True,
        "python": True, "javascript": False, "html": False, "css": False}  # fmt: skip
    FUNCTION_PROMPT_TEMPLATE: ClassVar[str] = (
        "You have access to the following user defined functions. They can be accessed from the module called "
        "`$module_name` by their function names.\n\nFor example, if there was a function called `foo` you could import "
        "it by writing `from $module_name import foo`\n\n$functions"
    )
    _before_output = ""
    _shows_all_on_success = True
    _exit_code_of_timeout: ClassVar[int | None] = None

    def __init__(
        self,
        timeout: int = 60,
        virtual_env_context: object | None = None,
        work_dir: Path | str = ".",
        functions: Sequence[Callable[..., Any]] = (),
        functions_module: str = "functions",
        execution_policies: Mapping[str, bool] | None = None,
        *,
        sandbox: Literal["auto", "bubblewrap", "landlock", "none"] = "auto",
        network: bool | Iterable[str] = False,
        readable: Readable = (),
        environment: Mapping[str, str] | None = None,
        accept_no_isolation: bool = False,
        caps: Caps | None = None,
        artefact_caps: ArtefactCaps | None = None,
    ) -> None:
        if timeout < 1:
            raise ValueError("Timeout must be greater than or equal to 1.")
        if not functions_module.isidentifier():
            raise ValueError("Module name must be a valid Python identifier")
        _check_sandbox(sandbox, network, accept_no_isolation=accept_no_isolation)
        self._timeout, self._work_dir = timeout, Path(work_dir)
        self._directory = self._work_dir.absolute()
        self._virtual_env = virtual_env_context
        self._functions, self._functions_module = list(functions), functions_module
        self._has_functions = not functions
        self._sandbox, self._accepts_no_isolation = sandbox, accept_no_isolation
        self._network, self._hosts = (network, Hosts(())) if isinstance(network, bool) else (False, Hosts(network))
        self._data = data_of(readable) if readable else ()
        self._environment, self._caps = dict(environment or {}), caps or Caps()
        self._artefact_caps = artefact_caps or ArtefactCaps()
        self._place: Place | None = None
        self._interpreter: Interpreter | None = None  # of that place
        self._tells_of_lacks = sandbox == "auto"
        self.execution_policies = {**self.DEFAULT_EXECUTION_POLICY, **(execution_policies or {})}
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
    def functions(self) -> list[Callable[..., Any]]:
        """The functions that the code may import."""
        return self._functions

    @property
    def functions_module(self) -> str:
        """The module from which the code imports them."""
        return self._functions_module

    @property
    def code_extractor(self) -> CodeExtractor:
        """How blocks are found in a message."""
        return MarkdownCodeExtractor()

    def format_functions_for_prompt(self, prompt_template: str = FUNCTION_PROMPT_TEMPLATE) -> str:
        """Return a text for the system message; `$module_name` and `$functions` stand for the module and the stubs."""
        stubs = "\n\n".join(map(stub_of, self._functions))
        return Template(prompt_template).safe_substitute(module_name=self._functions_module, functions=stubs)

    @staticmethod
    def sanitize_command(lang: str, code: str) -> None:
        """Refuse a few shell commands that are hardly ever meant. A lint: what keeps code in is the sandbox.

        Raises:
            ValueError: the block contains one of them.
        """
        refuse_dangers(lang, code)

    def restart(self) -> None:
        """Warn that there is nothing to restart: each block is a program of its own."""
        warnings.warn("Restarting local command line code executor is not supported. No action is taken.", stacklevel=2)

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CommandLineCodeResult:
        """Run the blocks in order, stopping at the first that fails.

        Code that fails, is stopped or is in an unknown language is an ordinary result, with words for the model.

        Raises:
            SandboxUnavailable: nothing here can contain the code; names the ways out.
            CodeError: it could not be started.
            ValueError: the `functions` of this executor cannot be loaded.
        """
        place = await self.find_place()
        if not self._has_functions:
            await self._load_functions(place)
        result = CommandLineCodeResult(0, "", None, place.name)
        if not code_blocks:
            return result

        async def run(block: CodeBlock) -> tuple[int, str, Path | None]:
            return await self._run_block(place, block)

        await run_in_order(result, code_blocks, run, (self._directory, self._artefact_caps))
        return result

    execute_code_blocks = sync_of(a_execute_code_blocks)

    async def find_place(self) -> Place:
        """Return where code runs: chosen at the first execution and kept, then only made ready for this one.

        Raises:
            SandboxUnavailable: nothing here can contain the code; names the ways out.
            CodeError: the work dir must not be handed over to code.
        """
        import asyncio  # noqa: PLC0415 - slow to import, and not needed before the first execution

        from autogen.coding.places import finding  # noqa: PLC0415 - likewise

        self._directory.mkdir(exist_ok=True, parents=True)
        self._directory = self._directory.resolve()
        if self._place is None:
            may_be_bare = self._accepts_no_isolation and not self._hosts
            sandbox = "bubblewrap" if self._hosts and self._sandbox == "auto" else self._sandbox
            self._place = await finding.find_place(sandbox, self._directory, may_be_bare=may_be_bare)
        elif self._place.contains:
            await asyncio.to_thread(finding.open_work_dir, self._directory)
        self._announce(self._place)
        return self._place

    def _announce(self, place: Place) -> None:
        """Say it each time that code runs without isolation, and once that it runs in a weaker one."""
        scope = current_scope()
        if scope is None:
            return
        if not place.contains:
            scope.notice("The code runs without isolation: it can read and change whatever you can.")
        elif place.lacks and self._tells_of_lacks:
            self._tells_of_lacks = False
            scope.notice(f"The code runs in a weaker sandbox than bubblewrap, {place.name}: {place.lacks}.")

    async def _run_block(self, place: Place, block: CodeBlock) -> tuple[int, str, Path | None]:
        """Return exit code, output and the file in which the block was saved."""
        saved = saved_to_run(block, self._directory, self.execution_policies, self.sanitize_command)
        if not isinstance(saved, ToRun):
            return saved
        file = self._directory / saved.name
        program = self._program(place, saved.language)
        if program is None:
            return 1, f"\n{block.language} is not installed here.", file
        outcome = await self._run(place, [*program, str(file)], ((file, saved.content),))
        exit_code = self._exit_code_of_timeout if outcome.is_timeout else None
        return (
            outcome.exit_code if exit_code is None else exit_code,
            self._before_output + self._words(place, outcome),
            file,
        )

    async def run_file(self, code: str | None, name: str | None, lang: str) -> Outcome | None:
        """Run one piece of code, or a file of the work dir; `None` if the language cannot be run.

        Raises:
            CodeError: it could not be started.
            UnusableName: the name leads out of the work dir, or names no file.
        """
        place = await self.find_place()
        language = language_of(lang)
        program = self._program(place, language) if self.execution_policies.get(language) else None
        if program is None:
            return None
        asked = checked_name(name) if name else requested_name(code or "")
        file = self._directory / (asked or hashed_name(code or "", extension_of(language)))
        if code is None:
            return await self._run(place, [*program, str(file)])
        content = save(self._directory, str(file.relative_to(self._directory)), code)
        return await self._run(place, [*program, str(file)], ((file, content),))

    def _program(self, place: Place, language: str) -> list[str] | None:
        from autogen.coding.places.system import SYSTEM_PATH  # noqa: PLC0415 - only when code runs

        if language == "python":
            return [self.interpreter(place).executable]
        found = find_program(programs_of(language), SYSTEM_PATH if place.contains else None)
        return None if found is None else [found]

    def interpreter(self, place: Place) -> Interpreter:
        """Return the Python that runs the code there."""
        from autogen.coding.places import finding  # noqa: PLC0415 - only when code runs

        if self._interpreter is None:
            self._interpreter = finding.choose_interpreter(place, self._virtual_env)
        return self._interpreter

    async def _run(
        self, place: Place, arguments: list[str], fixed_files: tuple[tuple[Path, bytes], ...] = ()
    ) -> Outcome:
        from autogen.coding.places.supervisor import run_command  # noqa: PLC0415 - only when code runs

        async with self.gate(place, self.command(place, arguments, fixed_files)) as command:
            return await run_command(place, command, self._caps)

    def gate(self, place: Place, command: Command) -> AbstractAsyncContextManager[Command]:
        """Return the context in which a command runs: with a way to the hosts that it may reach, if there are any."""
        if not self._hosts:
            return nullcontext(command)
        from autogen.coding.places.network.gate import gate  # noqa: PLC0415 - only with named hosts

        return gate(command, self._hosts, self.interpreter(place).executable, _tell_refused)

    def command(
        self, place: Place, arguments: Sequence[str], fixed_files: tuple[tuple[Path, bytes], ...] = ()
    ) -> Command:
        """Return what runs these arguments there, with the settings of this executor."""
        from autogen.coding.places.system import SYSTEM_PATH  # noqa: PLC0415 - only when code runs

        interpreter = self.interpreter(place)
        is_other = bool(arguments) and arguments[0] != interpreter.executable
        environment = dict(_ENVIRONMENT) if place.contains else {"PYTHONUNBUFFERED": "1"}
        path = SYSTEM_PATH if place.contains else os.environ.get("PATH", SYSTEM_PATH)
        environment["PATH"] = f"{interpreter.commands}:{path}"
        if (self._network or self._hosts) and place.contains:
            packages = str(self._directory / ".packages")
            environment |= {"PIP_TARGET": packages, "PYTHONPATH": packages}
        elif place.contains:
            environment["PIP_RETRIES"] = "0"
        environment |= self._environment
        return Command(
            tuple(arguments),
            self._directory,
            self._timeout,
            environment,
            (*interpreter.roots, *(installed_in(arguments[0]) if is_other else ())),
            fixed_files,
            self._network,
            self._data,
        )

    def _words(self, place: Place, outcome: Outcome) -> str:
        """Return what a block printed, as the model is told it: errors first, as in the classic."""
        is_quiet = outcome.exit_code == 0 and not self._shows_all_on_success
        output = outcome.stdout if is_quiet else outcome.stderr + outcome.stdout
        if outcome.is_timeout:
            return f"{output}\n{TIMEOUT_MSG}" if not output.endswith("\n") else output + TIMEOUT_MSG
        if outcome.stopped is not None:
            return f"{output}\nThe code was stopped: {outcome.stopped}."
        note = self.note_on_network(place, output) if outcome.exit_code != 0 else ""
        return f"{output.rstrip()}\n{note}" if note else output

    def note_on_network(self, place: Place, output: str) -> str:
        """Return a note for the model on code that failed for want of the network; empty if that is not why."""
        if self._network or not lacks_network(output):
            return ""
        is_ours = self.interpreter(place).executable == sys.executable
        return (only_these_hosts(self._hosts) if self._hosts else without_network(has_our_packages=is_ours)) + "\n"

    async def _load_functions(self, place: Place) -> None:
        """Put the user's functions into the work dir, once, and see that they can be imported.

        Raises:
            ValueError: a package or an import is missing.
        """
        packages = packages_of(self._functions)
        if packages:
            await self._provide(place, packages)
        save(self._directory, f"{self._functions_module}.py", module_source(self._functions))
        python = self.interpreter(place).executable
        outcome = await self._run(
            place, [python, "-c", f"import sys; sys.path.insert(0, ''); import {self._functions_module}"]
        )
        if outcome.exit_code != 0:
            raise ValueError(f"Functions failed to load: {outcome.stderr}{outcome.stdout}")
        self._has_functions = True

    async def _provide(self, place: Place, packages: list[str]) -> None:
        """Run code from now on in an environment that has these packages."""
        from autogen.coding.environments.upon import environment_with  # noqa: PLC0415 - only with such functions

        def run(arguments: list[str]) -> Awaitable[Outcome]:
            return self._run(place, arguments)

        environment = await environment_with(packages, self.interpreter(place).executable, run)
        if environment is not None:
            self._virtual_env, self._interpreter = environment, None


def _tell_refused(host: str) -> None:
    """Tell the user which host the code asked for and may not reach."""
    scope = current_scope()
    if scope is not None:
        scope.notice(f"The code asked for {host}, which it may not reach.", level="info")


def _check_sandbox(sandbox: str, network: object, *, accept_no_isolation: bool) -> None:
    if sandbox not in {"auto", "bubblewrap", "landlock", "none"}:
        raise ValueError(f"unknown sandbox {sandbox!r} (known: 'auto', 'bubblewrap', 'landlock', 'none')")
    if not isinstance(network, bool) and sandbox in {"landlock", "none"}:
        raise ValueError(
            f"network={network!r}: only bubblewrap holds code to named hosts; leave sandbox={sandbox!r} out."
        )
    if sandbox == "none" and not accept_no_isolation:
        raise ValueError(
            "sandbox='none' runs what a model wrote with all your rights: it can read your keys, change your files and "
            "use your network. If that is what you want, say so a second time: accept_no_isolation=True."
        )
