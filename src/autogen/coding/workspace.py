"""The work dir as the framework's own hands touch it: names from a block's first line, no links followed."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from hashlib import md5
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OUTSIDE = "Filename is not in the workspace"
_COMMENTS = (
    re.compile(r"^<!-- *(?P<text>.+?) *-->"),
    re.compile(r"^/\* *(?P<text>.+?) *\*/"),
    re.compile(r"^// *(?P<text>.+?) *$"),
    re.compile(r"^# *(?P<text>.+?) *$"),
)
_LABEL = re.compile(r"^file ?name: *", re.IGNORECASE)
_BARE_NAME = re.compile(
    r"^[\w./\\+-]*[\w+-]\.[A-Za-z]\w{0,9}$"
)  # one word that ends like a file; a sentence names none
_LONGEST_PART = 255


class UnusableName(ValueError):
    """A file name that is not one of the work dir; the words are for the model."""


def requested_name(code: str) -> str | None:
    """Return the file name that a block's first line asks for.

    As in `# filename: x.py`, `# x.py`, `// …`, `/* … */`, `<!-- … -->`.

    Raises:
        UnusableName: it leads out of the work dir, or names no file.
    """
    first = code.split("\n", 1)[0].strip()
    text = next((found["text"].strip() for pattern in _COMMENTS if (found := pattern.match(first))), None)
    if text is None:
        return None
    name = _LABEL.sub("", text)
    if name == text and not _BARE_NAME.match(name):
        return None
    return checked_name(name.strip().strip("`\"'")) if name.strip() else None


def checked_name(name: str) -> str:
    """Return a name as a relative path within the work dir.

    Raises:
        UnusableName: it leads out, or names no file.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    parts = path.parts
    if path.is_absolute() or ".." in parts or re.match(r"^[A-Za-z]:", name):
        raise UnusableName(OUTSIDE)
    if (
        not parts
        or any(len(part.encode("utf-8", "replace")) > _LONGEST_PART for part in parts)
        or not name.isprintable()
    ):
        raise UnusableName(f"Filename is not usable: {name[:80]!r}")
    return str(path)


def hashed_name(code: str, extension: str) -> str:
    """Return the classic's name for a block that asks for none: the same code always gets the same one."""
    return f"tmp_code_{md5(_encoded(code), usedforsecurity=False).hexdigest()}.{extension}"


def save(work_dir: Path, name: str, code: str) -> bytes:
    """Write a block to a file of the work dir, and return what was written.

    Every directory on the way is opened by handle, and no link is followed: code that ran before may have left some.
    The file appears whole, in place of whatever had the name.

    Raises:
        UnusableName: a link or a file stands in the way.
    """
    return save_bytes(work_dir, name, _encoded(code))


def save_bytes(work_dir: Path, name: str, content: bytes) -> bytes:
    """Write a file as `save` does."""
    *directories, last = PurePosixPath(name).parts
    handle = os.open(work_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for directory in directories:
            handle = _entered(handle, directory)
        if not _is_there(handle, last, content):
            _write(handle, last, content)
    except OSError as error:
        raise UnusableName(f"{OUTSIDE}: {name} ({error.strerror})") from error
    finally:
        os.close(handle)
    return content


def _entered(handle: int, directory: str) -> int:
    """Return a handle of a subdirectory, made if it is missing; the one given is closed."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(directory, dir_fd=handle)
    inner = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=handle)
    os.close(handle)
    return inner


def _is_there(handle: int, name: str, content: bytes) -> bool:
    """Tell whether a file of ours holds just this: to put the same one in its place would cost the disk a write."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
    except OSError:
        return False
    with open(file, "rb") as stream:  # noqa: PTH123 - a descriptor, not a path
        found = os.fstat(file)
        is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and found.st_nlink == 1
        return is_ours and found.st_size == len(content) and stream.read(len(content) + 1) == content


def _write(handle: int, name: str, content: bytes) -> None:
    """Write beside the file first, then put it in place: a link or a pipe is replaced, not written through."""
    beside = f".{name[:200]}.{os.urandom(6).hex()}"
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=handle)
    try:
        with open(file, "wb") as stream:  # noqa: PTH123 - a descriptor, not a path
            stream.write(content)
        os.replace(beside, name, src_dir_fd=handle, dst_dir_fd=handle)
    except BaseException:
        os.unlink(beside, dir_fd=handle)
        raise


def _encoded(code: str) -> bytes:
    return code.encode("utf-8", "replace")  # lone surrogates have no bytes
