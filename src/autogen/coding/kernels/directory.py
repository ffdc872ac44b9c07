"""The hidden directory in which sockets stand until somebody is connected to them."""

from __future__ import annotations

import os
import secrets
import shutil
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
