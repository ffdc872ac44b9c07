"""How root runs a sandbox without lending it root's rights.

A sandbox started by root would belong to the real root: ownership checks would pass and the limit on processes would
not bind. So the sandbox belongs to a number of its own, `SANDBOX_USER`, given up to by `setpriv` before bubblewrap
starts. That user cannot enter root's closed directories (`/root`, a private temporary directory); where root may
mount, the directories that the sandbox needs are first mounted, in a mount namespace of their own (`reach`), where it
can reach them. In the work dir the user gets an entry in the access lists, inherited by what is made there later:
files keep their owner, several runs may share the directory, and
`setfacl -R -x u:65533 -x d:u:65533 DIRECTORY` takes it back.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.coding.places.reach import STAGE, namespace_with
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

SANDBOX_USER = 65533  # held by no distribution: below nobody, above the ranges that systems hand out

_GIVE_UP = ("setpriv", f"--reuid={SANDBOX_USER}", f"--regid={SANDBOX_USER}", "--clear-groups", "--no-new-privs",
            "--inh-caps=-all", "--bounding-set=-all")  # fmt: skip

_ACCESS, _DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
_OWNER, _USER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_VERSION, _NOBODY = 2, 0xFFFFFFFF
_Entry = tuple[int, int, int]  # tag, permissions, id


@dataclass(frozen=True, slots=True)
class Staging:
    """Gives up root's rights; `can_mount` says whether closed directories can be brought within reach first."""

    can_mount: bool

    def sources(self, visible: Iterable[Path]) -> dict[Path, Path]:
        """Return where the sandbox finds each of these directories.

        Raises:
            CodeError: one of them is out of reach.
        """
        found: dict[Path, Path] = {}
        staged = 0
        for path in visible:
            closed = closed_parent(path)
            if closed is not None and not self.can_mount:
                raise CodeError(
                    f"As root, code runs as user {SANDBOX_USER}, who may not enter {closed} and so cannot reach "
                    f"{path}. Choose a work_dir outside of it, or run the program as an ordinary user."
                )
            found[path] = path if closed is None else Path(f"{STAGE}/{staged}")
            staged += closed is not None
        return found

    def before(self, arguments: list[str], sources: dict[Path, Path]) -> list[str]:
        """Return the command line that first gives up root's rights."""
        closed = [path for path, source in sources.items() if path != source]
        if not closed:
            return [*_GIVE_UP, *arguments]
        # One program less to start: nsenter gives up the user and all groups, and with the user all rights; bubblewrap
        # then refuses new ones, and empties what they could be taken from.
        user = (f"--setuid={SANDBOX_USER}", f"--setgid={SANDBOX_USER}")
        return ["nsenter", f"--mount={namespace_with(closed)}", *user, "--", *arguments]


def closed_parent(path: Path) -> Path | None:
    """Return the first directory on the way to `path` that strangers may not enter, or `None`."""
    for directory in (*reversed(path.parents), path):
        if not directory.stat().st_mode & stat.S_IXOTH:
            return directory
    return None


def let_in(directory: Path) -> None:
    """Let the sandbox's user read and write a work dir and all that is in it, now and later. Links are not followed.

    Raises:
        CodeError: the file system keeps no access lists.
    """
    top = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _let_into(top)
    except OSError as error:
        raise CodeError(
            f"As root, code runs as user {SANDBOX_USER}, and {directory} cannot be opened to that user "
            f"({error.strerror}). Choose a work_dir on another file system, or run the program as an ordinary user."
        ) from error
    finally:
        os.close(top)


def _let_into(directory: int) -> None:
    _grant(directory, _ACCESS)
    _grant(directory, _DEFAULT)
    with os.scandir(directory) as entries:
        names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries if _is_to_be_granted(entry)]
    for name, is_directory in names:
        with _opened(name, directory) as found:
            if found is None:
                continue
            if is_directory and stat.S_ISDIR(os.fstat(found).st_mode):
                _let_into(found)
            elif stat.S_ISREG(os.fstat(found).st_mode):
                _grant(found, _ACCESS)


def _is_to_be_granted(entry: os.DirEntry[str]) -> bool:
    """Tell whether something is no link, not the sandbox user's own already, and still there."""
    try:
        return not entry.is_symlink() and entry.stat(follow_symlinks=False).st_uid != SANDBOX_USER
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _opened(name: str, directory: int) -> Generator[int | None]:
    """Open by handle, never through a link; `None` if it is gone or is no file to open."""
    try:
        found = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    except OSError:
        yield None
        return
    try:
        yield found
    finally:
        os.close(found)


def _grant(file: int, kind: str) -> None:
    """Add the sandbox's user to an access list."""
    is_directory = stat.S_ISDIR(os.fstat(file).st_mode)
    now = _entries(file, kind)
    kept = [entry for entry in now or _entries(file, _ACCESS) or _entries_of_mode(file) if not _is_ours(entry)]
    may = 7 if is_directory or os.fstat(file).st_mode & stat.S_IXUSR else 6
    mask = may
    for tag, permissions, _ in kept:
        mask |= permissions if tag not in {_OWNER, _OTHER} else 0
    wanted = sorted([*kept, (_USER, may, SANDBOX_USER), (_MASK, mask, _NOBODY)], key=lambda entry: (entry[0], entry[2]))
    if wanted != now:
        os.setxattr(file, kind, struct.pack("<I", _VERSION) + b"".join(struct.pack("<HHI", *entry) for entry in wanted))


def _is_ours(entry: _Entry) -> bool:
    """Tell an entry that is made anew: the sandbox's user, and the mask, which bounds all but owner and others."""
    return entry[0] == _MASK or (entry[0] == _USER and entry[2] == SANDBOX_USER)


def _entries(file: int, kind: str) -> list[_Entry]:
    """Return an access list; empty if there is none."""
    try:
        return list(struct.iter_unpack("<HHI", os.getxattr(file, kind)[4:]))
    except OSError:
        return []


def _entries_of_mode(file: int) -> list[_Entry]:
    mode = os.fstat(file).st_mode
    return [(_OWNER, mode >> 6 & 7, _NOBODY), (_GROUP, mode >> 3 & 7, _NOBODY), (_OTHER, mode & 7, _NOBODY)]
