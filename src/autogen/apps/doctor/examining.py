"""The examination: everything is tried or looked up on this machine; nothing is asked of the network."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen._version import __version__
from autogen.apps.doctor.findings import Finding, Level, Report
from autogen.coding.languages import programs_of
from autogen.coding.places import finding as places
from autogen.coding.places.bare import BareProcess
from autogen.coding.places.place import Caps, Command, Place
from autogen.coding.places.supervisor import run_command
from autogen.coding.places.system import SYSTEM_PATH
from autogen.errors import AutogenError, NoModel
from autogen.models.providers import FIRST_SERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOLDS = (
    "it reads no file of yours outside its work dir, has no key and no network; memory, processes, disk, output and time "
    "are bounded"
)
_KERNEL_BUGS = "bugs of the Linux kernel"
_LANGUAGES = ("bash", "sh", "javascript", "pwsh")
_KEYS = re.compile(
    r"(AUTOGEN_MODEL|OAI_CONFIG_LIST|OLLAMA_(HOST|MODEL)"
    r"|(OPENAI|ANTHROPIC|GEMINI|GOOGLE|AZURE_OPENAI|MISTRAL|GROQ|TOGETHER|COHERE|DEEPSEEK|OPENROUTER|XAI|CEREBRAS)_\w+)"
)
_PROBE_S = 30.0


async def examine() -> Report:
    """Return what was found."""
    directory = Path(tempfile.mkdtemp(prefix="autogen-doctor-"))
    try:
        os.chmod(directory, 0o755)  # noqa: S103, PTH101 - as root, code is a stranger
        sandboxes = [await places.try_sandbox(kind, directory) for kind in places.SANDBOXES]
        working = next((place for place in sandboxes if not isinstance(place, str)), None)
        levels = [await asyncio.to_thread(_containers), *_levels(sandboxes), _bare()]
        if isinstance(sandboxes[0], str) or working is None:
            kernels = Level(_no_kernels("they run in bubblewrap"), _KERNELS, _HOLDS, _KERNEL_BUGS)
        else:
            kernels = Level(await _kernels(working, directory), _KERNELS, _HOLDS, _KERNEL_BUGS)
        return Report(
            machine=f"autogen {__version__}, Python {platform.python_version()}, "
            f"{platform.system()} {platform.release()} {platform.machine()}",
            interpreter=sys.executable,
            levels=(levels[0], levels[1], kernels, *levels[2:]),
            languages=tuple(_languages(working)),
            models=await asyncio.to_thread(lambda: tuple(_models())),
            journal=await asyncio.to_thread(_journal),
            extras=await asyncio.to_thread(lambda: tuple(_extras())),
        )
    finally:
        shutil.rmtree(directory, ignore_errors=True)


# Places for code


def _levels(sandboxes: list[Place | str]) -> Iterator[Level]:
    is_default = True
    for kind, found in zip(places.SANDBOXES, sandboxes, strict=True):
        chosen_by, works = f'sandbox="{kind}"', not isinstance(found, str)
        if isinstance(found, str):
            cure = places.cure_of_bubblewrap() if kind == "bubblewrap" else ""
            lacks = _KERNEL_BUGS if kind == "bubblewrap" else "see the guide on code"
            yield Level(Finding(kind, "missing", found, cure), chosen_by, _HOLDS, lacks)
        elif found.lacks:
            yield Level(Finding(found.name, "weaker", _interpreter(found)), chosen_by, _HOLDS, found.lacks, is_default)
        else:
            yield Level(Finding(found.name, "works", _interpreter(found)), chosen_by, _HOLDS, _KERNEL_BUGS, is_default)
        is_default = is_default and not works


def _interpreter(place: Place) -> str:
    try:
        return f"code runs in {places.choose_interpreter(place, None).executable}"
    except AutogenError as error:
        return str(error)


def _bare() -> Level:
    place = BareProcess()
    return Level(
        Finding(place.name, "open", "only if you say so"),
        'sandbox="none", accept_no_isolation=True',
        "nothing: it has a short environment without keys, and its time and output are bounded",
        place.lacks,
    )


def _containers() -> Level:
    from autogen.coding.containers.engine import find_engine  # noqa: PLC0415 - brings an optional package

    chosen_by, holds = "use_docker=True", f"{_HOLDS}; an image of its own"
    lacks = "what the engine's daemon may do; it takes longer to start"
    named = os.environ.get("DOCKER_HOST") or os.environ.get("CONTAINER_HOST") or "unix:"
    if not named.startswith(("unix:", "npipe:")):
        told = Finding("containers", "missing", f"DOCKER_HOST names an engine elsewhere ({named}), which was not asked")
        return Level(told, chosen_by, holds, lacks)
    try:
        engine = find_engine()
    except AutogenError as error:
        return Level(_missing("containers", error), chosen_by, holds, lacks)
    detail = f"{engine.name} at {engine.address}{', rootless' if engine.is_rootless else ''}"
    return Level(Finding("containers", "works", detail), chosen_by, holds, lacks)


_KERNELS = 'executor="ipython-embedded"'


async def _kernels(place: Place, work_dir: Path) -> Finding:
    """Return whether Python that keeps its variables can run in the sandbox."""
    try:
        interpreter = places.choose_interpreter(place, None)
        asks = "import importlib.util as u, sys; sys.exit(u.find_spec('ipykernel') is None)"
        command = Command((interpreter.executable, "-c", asks), work_dir, _PROBE_S, {}, interpreter.roots)
        outcome = await run_command(place, command, Caps())
    except AutogenError as error:
        return _missing("kernels", error)
    if not _is_installed("jupyter-client"):
        return _no_kernels("the extra jupyter is not installed")
    if outcome.exit_code:
        return _no_kernels(f"{interpreter.executable} has no ipykernel")
    return Finding("kernels", "works", f"Python that keeps its variables, in {place.name}")


def _no_kernels(why: str) -> Finding:
    cure = "" if _is_installed("ipykernel") else "pip install 'pyautogen[jupyter]'"
    return Finding("kernels", "missing", f"Python that keeps its variables: {why}", cure)


def _missing(name: str, error: Exception) -> Finding:
    words, _, cure = str(error).partition(" Ways out: ")
    return Finding(name, "missing", words, cure)


def _languages(place: Place | None) -> Iterator[Finding]:
    """Find what runs each language, as an executor would look for it."""
    path = SYSTEM_PATH if place is not None else None
    if place is not None:
        yield Finding("python", "works", _interpreter(place).removeprefix("code runs in "))
    for language in _LANGUAGES:
        names = programs_of(language)
        found = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
        missing = f"not installed ({' or '.join(names)})"
        yield Finding(language, "works" if found else "missing", found or missing)


# What else a program needs


def _models() -> Iterator[Finding]:
    """Find what the environment configures: names of variables, and of models."""
    from autogen.models.environment import config_from_environment  # noqa: PLC0415 - slow to import

    try:
        config = config_from_environment()
    except AutogenError as error:
        words = "nothing in the environment names one" if isinstance(error, NoModel) else str(error)
        yield Finding("model", "missing", words, "set OPENAI_API_KEY, or AUTOGEN_MODEL=provider:model and its key")
    except (OSError, TypeError, ValueError) as error:
        yield Finding("model", "missing", str(error))
    else:
        entries: list[dict[str, Any]] = config.get("config_list") or [config]
        yield Finding("model", "works", ", ".join(_told(entry) for entry in entries))
    names = sorted(name for name in os.environ if _KEYS.fullmatch(name))
    if names:
        yield Finding("variables", "works", ", ".join(names))


def _told(entry: dict[str, Any]) -> str:
    kind = entry.get("api_type") or entry.get("provider")
    address = _without_password(str(entry.get("base_url") or ""))
    named = str(entry.get("model"))
    model = "the first model that is served" if named == FIRST_SERVED else f"{kind}:{named}" if kind else named
    return f"{model} at {address}" if address else model


def _without_password(address: str) -> str:
    scheme, there, rest = address.partition("://")
    return f"{scheme}{there}{rest.rpartition('@')[2]}".partition("?")[0]


def _journal() -> Finding:
    """Find where the command line records runs; programs name their own place."""
    from autogen.apps.records.keeping import default_place  # noqa: PLC0415 - slow to import

    named = os.environ.get("AUTOGEN_JOURNAL") or default_place()
    if "://" in named:
        return Finding("journal", "works", f"{_without_password(named)} (not asked)")
    path = Path(named).absolute()
    nearest = path if path.exists() else next(folder for folder in path.parents if folder.exists())
    if path.is_dir() or not os.access(nearest, os.W_OK):
        return Finding("journal", "missing", f"{path} cannot be written", "name another file in AUTOGEN_JOURNAL")
    return Finding("journal", "works", f"{path}{'' if path.exists() else ' (will be made)'}")


def _extras() -> Iterator[Finding]:
    """Find which extras are installed whole."""
    needed: dict[str, list[str]] = {}
    for text in metadata.requires("pyautogen") or ():
        found = re.match(r"(?P<name>[\w.-]+).*;.*extra == ['\"](?P<extra>[\w.-]+)['\"]", text)
        if found:
            needed.setdefault(found["extra"], []).append(found["name"])
    for extra, names in sorted(needed.items()):
        missing = [name for name in names if not _is_installed(name)]
        if missing:
            yield Finding(extra, "missing", ", ".join(missing), f"pip install 'pyautogen[{extra}]'")
        else:
            yield Finding(extra, "works", ", ".join(f"{name} {metadata.version(name)}" for name in names))


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
