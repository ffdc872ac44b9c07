"""Finding the place: bubblewrap if it really works here, Landlock otherwise, no less without the user's word."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.coding.places.bare import BareProcess
from autogen.coding.places.bubblewrap import Bubblewrap, find_bubblewrap
from autogen.coding.places.interpreter import (
    SYSTEM_DIRECTORIES,
    current_interpreter,
    interpreter_of,
    is_home_or_above,
    system_interpreter,
)
from autogen.coding.places.landlock.sandbox import Landlock, landlock_here
from autogen.coding.places.place import Caps, Command, Place
from autogen.coding.places.staging import Staging, closed_parent, let_in
from autogen.coding.places.supervisor import run_command
from autogen.errors import CodeError, SandboxUnavailable

if TYPE_CHECKING:
    from autogen.coding.places.interpreter import Interpreter

_PROBE_S = 10.0
_WAYS_OUT = (
    "Ways out: {cure}; or LocalCommandLineCodeExecutor(sandbox='none', accept_no_isolation=True), which runs the "
    "model's code with all your rights; or code_execution_config=False."
)
_INSTALL_BY_PROGRAM = {
    "apt-get": "sudo apt-get install bubblewrap",
    "dnf": "sudo dnf install bubblewrap",
    "yum": "sudo yum install bubblewrap",
    "pacman": "sudo pacman -S bubblewrap",
    "zypper": "sudo zypper install bubblewrap",
    "apk": "sudo apk add bubblewrap util-linux-misc",
}
_SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev")  # noqa: S108 - refused, not used
_WHOLE = ("/usr", "/var", "/opt", "/srv", "/mnt", "/media")
_SYSTEM = (
    "/bin",
    "/boot",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/sbin",
    "/sys",
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/var/lib",
)
# What bubblewrap says where it may not work, and what that means. The first that is found in its words counts.
_MEANINGS = (
    (
        "setting up uid map",
        (
            "this system lets only listed programs make user namespaces (Ubuntu 24.04 and later); allow it to "
            "bubblewrap with an AppArmor profile (sudo apt-get install apparmor-profiles && sudo ln -s "
            "/usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ && "
            "sudo systemctl reload apparmor)"
        ),
    ),
    ("No permissions to create new namespace", "user namespaces are turned off here, or a container forbids them"),
    ("No permissions to creating new namespace", "user namespaces are turned off here, or a container forbids them"),
    ("max namespaces exceeded", "no further user namespaces may be made here (sysctl user.max_user_namespaces)"),
    ("Can't mount proc", "this container hides parts of /proc, so a fresh one cannot be mounted in it"),
    ("Unknown option", "this bubblewrap is too old; 0.8 or later is needed"),
    ("execvp", "a program it needs (prlimit, of util-linux) is missing"),
)
_CANNOT_MOUNT = ("unshare:", "mount:")
SANDBOXES = ("bubblewrap", "landlock")  # the better one first
_working: dict[tuple[str, int], Place] = {}  # a fact about this machine, found once by trying


async def find_place(sandbox: str, work_dir: Path, *, may_be_bare: bool) -> Place:
    """Return where code runs, found by trying; what works is remembered for the whole process.

    Args:
        sandbox: `"none"` for the bare process; `"bubblewrap"` or `"landlock"` for that one; `"auto"` for the better
            one of them that works here.
        work_dir: what it will be tried with.
        may_be_bare: whether the user accepts the bare process where no sandbox works.

    Raises:
        SandboxUnavailable: says why none works, and the ways out.
        CodeError: see `open_work_dir`.
    """
    if sandbox == "none":
        return BareProcess()
    reasons: list[str] = []
    for kind in SANDBOXES:
        if sandbox in {"auto", kind}:
            found = await try_sandbox(kind, work_dir)
            if not isinstance(found, str):
                return found
            reasons.append(found)
    if may_be_bare:
        return BareProcess()
    raise SandboxUnavailable(_refusal("; ".join(reasons)))


async def try_sandbox(kind: str, work_dir: Path) -> Place | str:
    """Return a sandbox that works, of `SANDBOXES`, or why it does not.

    Raises:
        CodeError: see `open_work_dir`.
    """
    return await (_find_bubblewrap(work_dir) if kind == "bubblewrap" else _find_landlock(work_dir))


async def _find_bubblewrap(work_dir: Path) -> Place | str:
    """Return the sandbox, or why it does not work."""
    program = find_bubblewrap()
    if program is None:
        is_linux = sys.platform == "linux"
        return "bubblewrap is not installed" if is_linux else "bubblewrap needs Linux (on Windows: WSL 2)"
    await asyncio.to_thread(open_work_dir, work_dir)
    key = (program, os.geteuid())
    if key not in _working:
        found = await _probe(program, work_dir)
        if isinstance(found, str):
            return found
        _working[key] = found
    return _working[key]


async def _find_landlock(work_dir: Path) -> Place | str:
    """Return the weaker sandbox, or why it does not work."""
    version = landlock_here()
    if not version:
        return "Landlock is not there either (it needs Linux 5.13 or newer, turned on at its start)"
    sandbox = Landlock(version, Staging(can_mount=False) if os.geteuid() == 0 else None)
    try:
        await asyncio.to_thread(open_work_dir, work_dir)
        await asyncio.to_thread(sandbox.prepare, Command(("true",), work_dir, _PROBE_S))
    except CodeError as error:
        return f"Landlock cannot be used here: {error}"
    key = (sandbox.name, os.geteuid())
    if key not in _working:
        complaint = await _complaint_of(sandbox, work_dir)
        if complaint is not None:
            return f"Landlock does not work here: {complaint.strip()[:300]}"
        _working[key] = sandbox
    return _working[key]


async def _probe(program: str, work_dir: Path) -> Bubblewrap | str:
    if missing := [
        tool for tool in ("prlimit", *(("setpriv",) if os.geteuid() == 0 else ())) if shutil.which(tool) is None
    ]:
        return f"{', '.join(missing)} (of util-linux) is not installed"
    if os.geteuid() != 0:
        complaint = await _complaint_of(Bubblewrap(program), work_dir)
        return Bubblewrap(program) if complaint is None else meaning_of(complaint)
    complaint = ""
    for can_mount in (True, False):
        sandbox = Bubblewrap(program, Staging(can_mount))
        complaint = await _complaint_of(sandbox, work_dir)
        if complaint is None:
            return sandbox
        if not any(words in complaint for words in _CANNOT_MOUNT):
            break
    return meaning_of(complaint)


async def _complaint_of(sandbox: Place, work_dir: Path) -> str | None:
    """Run the exact command line with `true`, and return what is said against it."""
    try:
        outcome = await run_command(sandbox, Command(("true",), work_dir, _PROBE_S), Caps())
    except CodeError as error:
        return str(error)
    return None if outcome.exit_code == 0 else outcome.stderr or f"exit code {outcome.exit_code}"


def meaning_of(complaint: str) -> str:
    """Return in one sentence what bubblewrap's words mean."""
    for words, meaning in _MEANINGS:
        if words in complaint:
            return f"bubblewrap does not work here: {meaning}"
    return f"bubblewrap does not work here: {complaint.strip()[:300]}"


def _refusal(reason: str) -> str:
    return f"Code cannot be contained on this machine: {reason}. {_WAYS_OUT.format(cure=cure_of_bubblewrap())}"


def cure_of_bubblewrap() -> str:
    """Return what would bring bubblewrap to this machine."""
    commands = (command for tool, command in _INSTALL_BY_PROGRAM.items() if shutil.which(tool))
    return "make bubblewrap work" if find_bubblewrap() else next(commands, "install bubblewrap")


def choose_interpreter(place: Place, virtual_env: object | None) -> Interpreter:
    """Return the Python of the environment, or this process's own if the place can read it, or the distribution's.

    Raises:
        CodeError: neither can be had.
        ValueError: the environment is not one.
    """
    own = current_interpreter() if virtual_env is None else interpreter_of(virtual_env)
    if not isinstance(place, Bubblewrap | Landlock):
        return own
    is_hidden = not all(_can_see(own, part) for part in (Path(own.executable), Path(own.executable).resolve()))
    is_closed = place.staging is not None and not place.staging.can_mount and any(map(closed_parent, own.roots))
    if not is_hidden and not is_closed:
        return own
    system = system_interpreter()
    if virtual_env is not None or not Path(system.executable).exists():
        raise CodeError(
            f"{own.executable} is out of the sandbox's reach. "
            f"Give a virtual_env_context that is not, or install {system.executable}."
        )
    return system


def _can_see(own: Interpreter, path: Path) -> bool:
    return any(path.is_relative_to(root) for root in (*own.roots, *SYSTEM_DIRECTORIES))


def open_work_dir(work_dir: Path) -> None:
    """Let the sandbox write in a work dir, now and later.

    Raises:
        CodeError: the directory must not be handed over to code, or cannot be opened to the sandbox's user.
    """
    if (reason := why_not_work_in(work_dir)) is not None:
        raise CodeError(
            f"work_dir={str(work_dir)!r} {reason}, and code may do what it likes there. "
            f"Choose another, such as work_dir='coding'."
        )
    if os.geteuid() == 0:
        let_in(work_dir)


def why_not_work_in(work_dir: Path) -> str | None:
    """Return why a directory must not be handed over to code, or `None`."""
    if is_home_or_above(work_dir):
        return "is your home directory or holds it, keys included"
    if str(work_dir) in _SHARED:
        return "belongs to all programs of this machine"
    if str(work_dir) in _WHOLE or any(work_dir.is_relative_to(part) for part in _SYSTEM):
        return "belongs to the system"
    return None
