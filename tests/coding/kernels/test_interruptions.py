"""Cells that take too long: interrupted first, with their variables kept; killed only if they heed nothing."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.coding.kernels.conftest import Lab

LOST = "The kernel was restarted, and all variables of earlier blocks are lost"
READY = "import os, time\nwith open('ready', 'w') as pipe: pipe.write('x')\n"


def test_at_its_time_limit_a_cell_is_interrupted_and_the_variables_are_kept(hasty_kernel: Lab):
    hasty_kernel.run("before = 1")
    began = time.monotonic()
    result = hasty_kernel.run("during = 2\nprint('so far')\nimport time\ntime.sleep(60)", "print('never')")
    assert time.monotonic() - began < 2
    assert (result.exit_code, result.output) == (
        124,
        "so far\nThe variables are kept; the code was interrupted.\nTimeout\n",
    )
    assert hasty_kernel.says("before, during") == "(1, 2)\n"


@pytest.mark.parametrize(
    "loop",
    ["while True: pass", "import subprocess; subprocess.run(['sleep', '60'])", "input_ = open('fifo').read()"],
    ids=["busy", "child", "blocked"],
)
def test_whatever_python_waits_for_is_interrupted(hasty_kernel: Lab, loop: str):
    os.mkfifo(hasty_kernel.work_dir / "fifo")
    (hasty_kernel.work_dir / "fifo").chmod(0o666)
    hasty_kernel.run("here = 1")
    assert hasty_kernel.run(loop).exit_code == 124
    assert hasty_kernel.says("here") == "1\n"


def test_a_cell_that_swallows_interrupts_is_killed_and_the_loss_is_told(hasty_kernel: Lab):
    hasty_kernel.run("here = 1")
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('no')\nwhile True: pass"
    began = time.monotonic()
    result = hasty_kernel.run(stubborn)
    assert time.monotonic() - began < 4
    assert result.exit_code == 124
    assert result.output.startswith("no\n")
    assert result.output.endswith(f"Timeout\n{LOST}: it did not heed the interrupt.\n")
    assert "NameError: name 'here' is not defined" in hasty_kernel.run("here").output


@pytest.mark.parametrize("from_where", ["task", "thread"])
async def test_a_cell_is_interrupted_from_elsewhere_at_once(kernel: Lab, from_where: str):
    pipe = kernel.work_dir / "ready"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    cell = asyncio.create_task(kernel.a_run(f"here = 1\n{READY}time.sleep(60)"))
    async with asyncio.timeout(20):
        assert await asyncio.to_thread(pipe.read_text) == "x"
        began = time.perf_counter()
        if from_where == "task":
            await kernel.executor.a_interrupt()
        else:
            threading.Thread(target=kernel.executor.interrupt).start()
        result = await cell
        took = time.perf_counter() - began
    assert (result.exit_code, result.output) == (130, "The code was interrupted. The variables are kept.\n")
    assert (await kernel.a_run("here")).output == "1\n"
    assert took < 1  # benchmarks/ has the figure


def test_what_a_cell_has_started_is_killed_with_it_when_its_time_is_up(hasty_kernel: Lab):
    pipe = hasty_kernel.work_dir / "canary"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    program = """
import os, time
with open('canary', 'w') as canary:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    time.sleep(600)
"""
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert "The variables are kept" in hasty_kernel.run(program).output
    reader.join(10)
    assert read == [""]


def test_interrupting_nothing_does_nothing(kernel: Lab):
    kernel.run("here = 1")
    kernel.executor.interrupt()
    assert kernel.says("here") == "1\n"


async def test_cancelling_interrupts_the_cell_and_keeps_the_variables(kernel: Lab):
    pipe = kernel.work_dir / "ready"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    cell = asyncio.create_task(kernel.a_run(f"here = 1\n{READY}time.sleep(60)\nhere = 2"))
    async with asyncio.timeout(20):
        assert await asyncio.to_thread(pipe.read_text) == "x"
        cell.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cell
        assert (await kernel.a_run("here")).output == "1\n"


async def test_cancelling_while_it_starts_leaves_a_kernel_for_the_next(make: Callable[..., Lab]):
    lab = make()
    starting = asyncio.create_task(lab.a_run("1"))
    asyncio.get_running_loop().call_later(0.05, starting.cancel)
    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert (await lab.a_run("40 + 2")).output == "42\n"


def test_restarting_forgets_everything_even_in_the_middle_of_a_cell(kernel: Lab):
    kernel.run("here = 1")
    pipe = kernel.work_dir / "ready"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    restarting = threading.Thread(target=lambda: (pipe.read_text(), kernel.executor.restart()))
    restarting.start()
    result = kernel.run(f"{READY}time.sleep(60)")
    restarting.join(20)
    assert (result.exit_code, result.output) == (137, f"{LOST}: it was stopped.\n")
    assert kernel.run("here").output.endswith("NameError: name 'here' is not defined\n")
