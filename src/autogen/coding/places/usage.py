"""What a running command uses: memory and processes of its tree, room on the disk. Read from /proc, cheaply first."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autogen.coding.places.place import Caps

_WALK_S = 0.25  # a work dir that takes longer to walk is watched through the free room of its disk
_DISK_EVERY_S = 0.2
_CLOCK_TICK_S = 0.02  # files are dated by a coarser clock
_FREE_ROOM_MARGIN = 1.25  # others write to the disk, too: look closer only beyond this
_ENTRIES_AT_A_TIME = 256
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Size(NamedTuple):
    """Room that files take; where not all could be looked at in time, it is a lower bound."""

    size_bytes: int
    files: int
    is_whole: bool = True


class Meter:
    """Compares what a tree of processes uses with its caps; `check` may be called from any thread, one at a time.

    Process 0 stands for processes that cannot be seen from here: then the work dir alone is looked at.
    """

    def __init__(self, process_id: int, work_dir: Path, caps: Caps) -> None:
        self._process_id, self._work_dir, self._caps = process_id, work_dir, caps
        self._at_start: Size | None = None
        self._is_begun = False
        self._free_at_start, self._free_files_at_start = free_bytes(work_dir), free_files(work_dir)
        self._started = time.time() - _CLOCK_TICK_S
        self._next_look = time.monotonic() + _DISK_EVERY_S

    def check(self) -> str | None:
        """Return a sentence on the cap that is passed, or `None`."""
        if not self._is_begun:  # not before: most commands end before the first look, and need none
            self._is_begun, self._at_start = True, self._size_at_start()
        processes = tree_of(self._process_id)
        if len(processes) > self._caps.processes + 10:
            return f"it ran more than {self._caps.processes} processes at a time"
        if resident_bytes(processes) > self._caps.memory_bytes and own_bytes(processes) > self._caps.memory_bytes:
            return f"it used more than {readable(self._caps.memory_bytes)} of memory"
        if time.monotonic() < self._next_look:
            return None
        began = time.monotonic()
        reason = self._check_disk(processes)
        ended = time.monotonic()
        self._next_look = ended + max(_DISK_EVERY_S, 4 * (ended - began))
        return reason

    def _size_at_start(self) -> Size | None:
        """Return what was in the work dir when the command started, as far as the first look can tell.

        On a busy machine that look comes late. If much room was taken until then, what was changed since the start is
        taken for the command's.
        """
        taken = self._free_at_start - free_bytes(self._work_dir)
        size = size_of(self._work_dir, before=self._started if taken > self._caps.work_dir_bytes // 2 else None)
        return size if size.is_whole else None

    def _check_disk(self, processes: list[int]) -> str | None:
        caps = self._caps
        now = size_of(self._work_dir)
        if self._at_start is not None:
            if now.files - self._at_start.files > caps.work_dir_files:
                return f"it left more than {caps.work_dir_files} files"
            if now.size_bytes - self._at_start.size_bytes > caps.work_dir_bytes:
                return f"it wrote more than {readable(caps.work_dir_bytes)} to the work dir"
        is_seen = now.is_whole and self._at_start is not None
        taken_files = self._free_files_at_start - free_files(self._work_dir)
        if not is_seen and taken_files > _FREE_ROOM_MARGIN * caps.work_dir_files:
            return f"it left more than {caps.work_dir_files} files"
        if self._free_at_start - free_bytes(self._work_dir) < _FREE_ROOM_MARGIN * caps.work_dir_bytes:
            return None
        if not is_seen or unlinked_bytes(processes) > caps.work_dir_bytes // 2:
            return f"it took more than {readable(caps.work_dir_bytes)} of the disk"
        return None


def tree_of(process_id: int) -> list[int]:
    """Return a process and its descendants."""
    found = [process_id]
    for parent in found:
        found += children_of(parent)
    return found


def children_of(process_id: int) -> list[int]:
    """Return the children of a process; none if it is gone."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{process_id}/task"):  # noqa: PTH208 - names only
            found += map(int, _read(f"/proc/{process_id}/task/{thread}/children").split())
    except OSError:
        return found
    return found


def resident_bytes(processes: list[int]) -> int:
    """Return the memory of the processes, counting what they share once for each: quick, and never too low."""
    return sum(
        _PAGE * int(fields[1]) for process in processes if len(fields := _read(f"/proc/{process}/statm").split()) > 1
    )


def own_bytes(processes: list[int]) -> int:
    """Return the memory of the processes, what they share counted once; unreadable: as `resident_bytes`."""
    total = 0
    for process in processes:
        share = [line for line in _read(f"/proc/{process}/smaps_rollup").splitlines() if line.startswith("Pss:")]
        total += 1024 * int(share[0].split()[1]) if share else resident_bytes([process])
    return total


def unlinked_bytes(processes: list[int]) -> int:
    """Return the size of files that the processes hold open but that have no name any more."""
    sizes: dict[tuple[int, int], int] = {}
    for process in processes:
        try:
            names = os.listdir(f"/proc/{process}/fd")  # noqa: PTH208 - names only
        except OSError:
            continue
        for name in names:
            try:
                found = os.stat(f"/proc/{process}/fd/{name}")  # noqa: PTH116 - not a path of a file
            except OSError:
                continue
            if found.st_nlink == 0 and stat.S_ISREG(found.st_mode):
                sizes[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(sizes.values())


def size_of(directory: Path, *, before: float | None = None) -> Size:
    """Return the room that a directory takes, links not followed.

    Args:
        directory: whose files and folders, all the way down, as far as one comes in a quarter of a second.
        before: leave out files that were changed since (seconds since the epoch).
    """
    give_up = time.monotonic() + _WALK_S
    size, files = 0, 0
    for number, found in enumerate(_walked(directory), 1):
        if number % _ENTRIES_AT_A_TIME == 0 and time.monotonic() > give_up:
            return Size(size, files, is_whole=False)
        if before is None or found.st_ctime < before or stat.S_ISDIR(found.st_mode):
            size += found.st_blocks * 512
            files += 1
    return Size(size, files)


def _walked(directory: Path) -> Iterator[os.stat_result]:
    waiting = [str(directory)]
    while waiting:
        for path, found in _listed(waiting.pop()):
            if stat.S_ISDIR(found.st_mode):
                waiting.append(path)
            yield found


def _listed(directory: str) -> Iterator[tuple[str, os.stat_result]]:
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError:  # it is gone by now
                continue
            yield entry.path, found


def free_bytes(directory: Path) -> int:
    """Return the free room on a directory's disk."""
    try:
        found = os.statvfs(directory)
    except OSError:
        return 0
    return found.f_bavail * found.f_frsize


def free_files(directory: Path) -> int:
    """Return how many more files a directory's disk can hold; 0 where nobody counts them."""
    try:
        return os.statvfs(directory).f_favail
    except OSError:
        return 0


def _read(path: str) -> str:
    try:
        with open(path) as file:  # noqa: PTH123 - a hundred times a second
            return file.read()
    except (OSError, ValueError):
        return ""


def readable(size_bytes: int) -> str:
    """Return a size in words, as the model is told it."""
    return f"{size_bytes / 1e9:g} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:g} MB"  # noqa: PLR2004 - units
