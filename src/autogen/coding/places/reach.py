"""Mount namespaces in which closed directories are within reach: each is made once, and entered by every run.

A namespace lives as long as this process holds it open; no process waits in it. It follows what is mounted and unmounted
outside, and nothing of it is seen there.
"""

from __future__ import annotations

import os
import subprocess
import threading
from typing import TYPE_CHECKING

from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# /sys exists everywhere, nothing of the user's is in it, and nothing in the sandbox needs it.
STAGE = "/sys"
_SCRIPT = f"""
mount -t tmpfs -o size=64k,mode=755,nosuid,nodev,noexec none {STAGE} || exit 1
number=0
for path do
  if [ -d "$path" ]; then mkdir {STAGE}/$number; else : > {STAGE}/$number; fi
  mount --rbind -- "$path" {STAGE}/$number || exit 1
  number=$((number + 1))
done
echo made
read -r _
"""
_MOST = 64
_MAKING_S = 10.0

_Key = tuple[tuple[str, int, int], ...]  # path, device and number of each directory: a new one of the name is another
_kept: dict[_Key, int] = {}  # the most recently used last
_lock = threading.Lock()


def namespace_with(directories: Sequence[Path]) -> str:
    """Return the path of a mount namespace that has the directories, or files, under `STAGE`, by their numbers.

    The first call for some of them takes about 20 ms, and waits for them.

    Raises:
        CodeError: it cannot be made; the words of `unshare` or `mount`.
    """
    key = tuple((str(path), (found := path.stat()).st_dev, found.st_ino) for path in directories)
    with _lock:
        number = _kept.pop(key, None)
        _kept[key] = _make(directories) if number is None else number
        if len(_kept) > _MOST:
            os.close(_kept.pop(next(iter(_kept))))
        return f"/proc/{os.getpid()}/fd/{_kept[key]}"


def _make(directories: Sequence[Path]) -> int:
    script = ("sh", "-c", _SCRIPT, "stage", *map(str, directories))
    maker = subprocess.Popen(
        ("unshare", "--mount", "--propagation", "slave", "--", *script),  # noqa: S607 - found in env's PATH
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        cwd="/",
        start_new_session=True,
    )
    with maker:
        assert maker.stdout is not None
        if maker.stdout.readline() == b"made\n":
            number = os.open(f"/proc/{maker.pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
            maker.communicate(timeout=_MAKING_S)
            return number
        words = maker.communicate(timeout=_MAKING_S)[1].decode("utf-8", "replace").strip()
    raise CodeError(f"the directories for the code cannot be brought within its reach: {words}")
