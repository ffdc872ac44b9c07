"""The hidden directory in which sockets stand until somebody is connected to them."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@contextmanager
def hidden_directory(work_dir: Path) -> Generator[Path]:
    """Make a directory in a work dir, and remove it at the end: a socket lives on without a name.

    Raises:
        CodeError: nothing can be made there.
    """
    directory = work_dir / f".sockets-{secrets.token_hex(4)}"
    try:
        directory.mkdir(mode=0o770 if os.geteuid() == 0 else 0o700)  # as root, the sandbox's user comes by access list
    except OSError as error:
        raise CodeError(f"nothing can be made in the work dir {work_dir}: {error.strerror}") from error
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def opened_socket(directory: Path, name: str) -> int:
    """Return a handle of the socket of this name, by handle and through no link; one connects to it under /proc/self/fd.

    Raises:
        OSError: there is none.
    """
    folder = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        handle = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    finally:
        os.close(folder)
    if not stat.S_ISSOCK(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.ENOTSOCK, os.strerror(errno.ENOTSOCK))
    return handle
