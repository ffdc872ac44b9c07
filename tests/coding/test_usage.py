"""What a running command uses is read from the system, and what is gone counts for nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from autogen.coding import Caps, LocalCommandLineCodeExecutor
from autogen.coding.places import usage
from autogen.coding.places.usage import (
    children_of,
    free_bytes,
    free_files,
    own_bytes,
    resident_bytes,
    size_of,
    tree_of,
    unlinked_bytes,
)
from tests.coding.conftest import run

if TYPE_CHECKING:
    from pathlib import Path

NO_PROCESS = 2**22 + 1  # above the highest number that a kernel gives


def test_what_is_gone_uses_nothing(tmp_path: Path):
    assert (children_of(NO_PROCESS), tree_of(NO_PROCESS)) == ([], [NO_PROCESS])
    assert (resident_bytes([NO_PROCESS]), own_bytes([NO_PROCESS]), unlinked_bytes([NO_PROCESS])) == (0, 0, 0)
    assert size_of(tmp_path / "gone") == (0, 0, True)
    assert (free_bytes(tmp_path / "gone"), free_files(tmp_path / "gone")) == (0, 0)


def test_memory_that_is_shared_counts_once():
    own, resident = own_bytes([os.getpid()]), resident_bytes([os.getpid()])
    assert 0 < own <= resident * 1.5


def test_files_are_counted_with_and_without_a_name(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/file").write_bytes(b"x" * 100_000)
    (tmp_path / "link").symlink_to("/usr")
    size = size_of(tmp_path)
    assert size.files == 3
    assert 100_000 <= size.size_bytes < 150_000
    before = unlinked_bytes([os.getpid()])
    with (tmp_path / "hidden").open("wb", buffering=0) as file:
        file.write(b"x" * 1_000_000)
        (tmp_path / "hidden").unlink()
        assert unlinked_bytes([os.getpid()]) - before >= 1_000_000


def test_processes_of_a_bare_run_are_counted(tmp_path: Path):
    executor = LocalCommandLineCodeExecutor(
        work_dir=tmp_path, sandbox="none", accept_no_isolation=True, timeout=20, caps=Caps(processes=5)
    )
    program = "import subprocess, time\nall = [subprocess.Popen(['sleep', '60']) for _ in range(20)]\ntime.sleep(60)"
    result = run(executor, program)
    assert (result.exit_code, result.output) == (137, "\nThe code was stopped: it ran more than 5 processes at a time.")


def test_what_was_written_before_a_late_first_look_counts(tmp_path: Path):
    old = tmp_path / "old"
    old.write_bytes(b"x" * 9_000_000)
    with old.open("rb") as file:
        os.fsync(file.fileno())
    yesterday = size_of(tmp_path, before=old.stat().st_ctime + 1e-6)
    assert yesterday.files == 1
    assert size_of(tmp_path, before=old.stat().st_ctime) == (0, 0, True)


@pytest.mark.parametrize("there_before", [0, 300])
def test_a_work_dir_that_is_too_large_to_look_through_is_still_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there_before: int
):
    monkeypatch.setattr(usage, "_WALK_S", -1.0)
    for number in range(there_before):
        (tmp_path / f"old{number}").touch()
    executor = LocalCommandLineCodeExecutor(work_dir=tmp_path, timeout=20, caps=Caps(work_dir_files=200))
    program = "import os, time\nfor n in range(10_000): os.mkdir(f'{n}')\ntime.sleep(60)"
    result = run(executor, program)
    assert (result.exit_code, result.output) == (137, "\nThe code was stopped: it left more than 200 files.")
