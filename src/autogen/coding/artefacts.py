"""What code leaves behind: the files of a work dir that are new or changed, taken up by handle, never through a link."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import stat
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.core.place import current_scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_CHUNK_BYTES = 1_000_000
_DEEPEST = 24
_WALK_S, _MOST_ENTRIES = 0.5, 50_000
_CLOCK_TICK_S = 0.02  # files are dated by a coarser clock
_NAMED_LEFT_OUT = 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_OURS = re.compile(r"tmp_code_[0-9a-f]{32}\.\w+$")  # a block's file, when it asks for no name
_NOT_RESULTS = ("__pycache__", "node_modules")
_NO_TEXT = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
# What Python's own table lacks, or names differently from version to version.
_MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gz": "application/gzip",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}

_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file that code wrote.

    Args:
        name: its path within the work dir, with `/`.
        media_type: as the ending of its name tells; "application/octet-stream" if that tells nothing.
        size_bytes: how long it is.
        sha256: of its content, in hexadecimal.
        path: where it lies on this machine; `None` if it lies elsewhere.
    """

    name: str
    media_type: str
    size_bytes: int
    sha256: str
    path: Path | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], path: Path | None = None) -> Artefact:
        """Return what `to_dict` told, with the path under which it lies here."""
        return cls(data["name"], data["media_type"], data["size_bytes"], data["sha256"], path)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data, without its path: that is true on one machine only."""
        return {
            "name": self.name,
            "media_type": self.media_type,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class ArtefactCaps:
    """Upper bounds for what is taken up after one execution.

    Args:
        files: how many.
        file_bytes: size of each.
        total_bytes: size of all together.
    """

    files: int = 100
    file_bytes: int = 100_000_000
    total_bytes: int = 250_000_000


class Collected(NamedTuple):
    """What was taken up, by name, and a few words on each file that was not."""

    artefacts: tuple[Artefact, ...]
    left_out: tuple[str, ...]


def media_type_of(name: str) -> str:
    """Return the media type that a file's name tells; the file is not looked at."""
    ending = PurePosixPath(name).suffix.lower()
    return _media_types().get(ending, "application/octet-stream")


@cache
def _media_types() -> dict[str, str]:
    from mimetypes import MimeTypes  # noqa: PLC0415 - only where there is a file

    usual, known = MimeTypes(filenames=()).types_map
    return {**usual, **known, **_MEDIA_TYPES}


def tell_left_out(collected: Collected) -> None:
    """Tell the user of files that a result does not list; the model has what the code printed."""
    scope = current_scope()
    if collected.left_out and scope is not None:
        scope.notice(f"Not listed of what the code wrote: {'; '.join(collected.left_out)}.", level="info")


class Collector:
    """Remembers what a work dir holds when it is made; `collect` finds what is new since.

    Regular files with one name only are taken up: no links, pipes, sockets or devices. Left aside are hidden files and
    folders, caches of Python and Node, and the files in which executors save blocks. Both may block: call them in a
    worker thread.
    """

    def __init__(self, work_dir: Path, caps: ArtefactCaps) -> None:
        self._work_dir, self._caps = work_dir, caps
        self._began = time.time() - _CLOCK_TICK_S
        walk = _Walk(work_dir)
        self._before = {name: _stamp(found) for _, name, found in walk.entries()}
        self._knows_all = walk.is_complete

    def collect(self, ignored: Collection[str] = ()) -> Collected:
        """Return the files that are new or changed, except those of these names; never raises for what it finds."""
        artefacts: list[Artefact] = []
        left_out: list[str] = []
        size_bytes = 0
        walk = _Walk(self._work_dir)
        for directory, name, found in walk.entries():
            if name in ignored or not self._is_new(name, found):
                continue
            reason = _why_no_result(name, found) or self._why_too_much(found, len(artefacts), size_bytes)
            digest = None if reason else _digest(directory, PurePosixPath(name).name, found)
            if digest is None:
                left_out.append(f"{name!r}: {reason or 'it cannot be read'}")
                continue
            size_bytes += found.st_size
            artefacts.append(Artefact(name, media_type_of(name), found.st_size, digest, self._work_dir / name))
        if not walk.is_complete:
            left_out.append("the work dir is too large to look through")
        told, more = left_out[:_NAMED_LEFT_OUT], left_out[_NAMED_LEFT_OUT:]
        return Collected(tuple(artefacts), (*told, *([f"and {len(more)} more"] if more else [])))

    def _is_new(self, name: str, found: os.stat_result) -> bool:
        if not self._knows_all and name not in self._before:
            return found.st_ctime >= self._began
        return self._before.get(name) != _stamp(found)

    def _why_too_much(self, found: os.stat_result, count: int, size_bytes: int) -> str | None:
        """Return which bound a file would pass, or `None`."""
        if found.st_size > self._caps.file_bytes:
            return f"it has {found.st_size} bytes, more than {self._caps.file_bytes}"
        if count >= self._caps.files:
            return f"there are more than {self._caps.files} files"
        if size_bytes + found.st_size > self._caps.total_bytes:
            return f"together with the others it has more than {self._caps.total_bytes} bytes"
        return None


def _why_no_result(name: str, found: os.stat_result) -> str | None:
    """Return why something in the work dir is not taken for a file that code wrote, or `None`."""
    if not stat.S_ISREG(found.st_mode):
        return "it is no regular file"
    if found.st_nlink > 1:
        return "it has several names (hard links)"
    return "its name is no text" if _NO_TEXT.search(name) else None


class _Walk:
    """One look through a directory: by handles, in the order of names, within bounds of time and number."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._give_up = time.monotonic() + _WALK_S
        self._left = _MOST_ENTRIES
        self.is_complete = True

    def entries(self) -> Iterator[tuple[int, str, os.stat_result]]:
        """Find (handle of the directory, name within the top, facts) of all that is no directory."""
        try:
            handle = os.open(self._top, _FLAGS & ~getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0))
        except OSError:
            self.is_complete = False
            return
        yield from self._within(handle, "", 0)

    def _within(self, handle: int, prefix: str, depth: int) -> Iterator[tuple[int, str, os.stat_result]]:
        try:
            for name, found in self._listed(handle):
                if not stat.S_ISDIR(found.st_mode):
                    yield handle, prefix + name, found
                elif depth >= _DEEPEST:
                    self.is_complete = False
                elif (inner := _opened(handle, name, getattr(os, "O_DIRECTORY", 0))) is not None:
                    yield from self._within(inner, f"{prefix}{name}/", depth + 1)
        finally:
            os.close(handle)

    def _listed(self, handle: int) -> list[tuple[str, os.stat_result]]:
        try:
            with os.scandir(handle) as entries:
                looked_at = itertools.takewhile(self._may_go_on, entries)
                wanted = [entry for entry in looked_at if not _is_aside(entry.name)]
        except OSError:
            self.is_complete = False
            return []
        found = ((entry.name, _facts(handle, entry.name)) for entry in wanted)
        return sorted((name, facts) for name, facts in found if facts is not None)

    def _may_go_on(self, _: object) -> bool:
        self._left -= 1
        if self._left < 0 or time.monotonic() > self._give_up:
            self.is_complete = False
        return self.is_complete


def _is_aside(name: str) -> bool:
    return name.startswith(".") or name in _NOT_RESULTS or _OURS.match(name) is not None


def _facts(directory: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=directory, follow_symlinks=False)
    except OSError:  # it is gone by now
        return None


def _stamp(found: os.stat_result) -> _Stamp:
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _opened(directory: int, name: str, flags: int) -> int | None:
    try:
        return os.open(name, _FLAGS | flags, dir_fd=directory)
    except OSError:
        return None


def _digest(directory: int, name: str, expected: os.stat_result) -> str | None:
    """Return the SHA-256 of a file; `None` if it cannot be read, or is not what it was a moment ago."""
    file = _opened(directory, name, getattr(os, "O_NONBLOCK", 0))
    if file is None:
        return None
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 - a descriptor, not a path
        if _stamp(os.fstat(file)) != _stamp(expected):
            return None
        digest = hashlib.sha256()
        left = expected.st_size
        try:
            while left > 0 and (chunk := stream.read(min(left, _CHUNK_BYTES))):
                digest.update(chunk)
                left -= len(chunk)
        except OSError:
            return None
    return digest.hexdigest() if left == 0 else None
