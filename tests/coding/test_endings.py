"""How a run of code ends before its time: nothing that it started is left.

The canary is a pipe with a name in the work dir. Its reader gets the end of file only when every process that
inherited the writing end is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.coding.conftest import python, run

if TYPE_CHECKING:
    from tests.coding.conftest import Make

# A parent, a child that ignores every signal it can, and (in the sandbox, which counts them) a daemon.
STUBBORN = """
import os, signal, sys, time
if os.fork() == 0:
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    if DAEMON and os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            time.sleep(600)
        os._exit(0)
    time.sleep(600)
print("ready", flush=True)
canary = open("canary", "w")
if os.fork() == 0:
    time.sleep(600)
canary.write("ready")
canary.flush()
AT_THE_END
time.sleep(600)
"""
HOST = """
from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor
executor = LocalCommandLineCodeExecutor(work_dir={work_dir!r}, timeout=300, **{options!r})
executor.execute_code_blocks([CodeBlock({code!r}, "python")])
"""


def stubborn(*, daemon: bool, at_the_end: str = "") -> str:
    # the canary is opened first, so that all inherit it
    lines = STUBBORN.replace("DAEMON", str(daemon)).replace("AT_THE_END", at_the_end)
    opened = 'canary = open("canary", "w")\n'
    return opened + lines.replace(opened, "")


@pytest.fixture
def canary(work_dir: Path) -> Path:
    path = work_dir / "canary"
    os.mkfifo(path)
    path.chmod(0o666)
    return path


async def heard(canary: Path) -> str:
    """Return what was written, once no process is left that could write."""
    async with asyncio.timeout(30):
        return await asyncio.to_thread(canary.read_text)


@pytest.mark.parametrize("at_the_end", ["", "os.kill(os.getpid(), signal.SIGSTOP)", "while True: pass"])
async def test_at_the_timeout_every_process_is_killed_and_the_output_kept(make: Make, canary: Path, at_the_end: str):
    executor = make(timeout=1)
    program = stubborn(daemon=True, at_the_end=at_the_end)
    began = time.monotonic()
    result, told = await asyncio.gather(executor.a_execute_code_blocks(python(program)), heard(canary))
    assert (result.exit_code, result.output, told) == (124, "ready\nTimeout", "ready")
    assert time.monotonic() - began < 5


async def test_at_the_timeout_a_bare_process_goes_with_its_group(make_anywhere: Make, canary: Path):
    executor = make_anywhere(timeout=1)
    program = stubborn(daemon=False)
    result, told = await asyncio.gather(executor.a_execute_code_blocks(python(program)), heard(canary))
    assert (result.exit_code, result.output, told) == (124, "ready\nTimeout", "ready")


async def test_a_daemon_does_not_outlive_the_block_that_started_it(make: Make, canary: Path):
    program = stubborn(daemon=True, at_the_end="os._exit(0)")
    result, told = await asyncio.gather(make().a_execute_code_blocks(python(program)), heard(canary))
    assert (result.exit_code, told) == (0, "ready")


async def test_cancelling_kills_every_process(make_anywhere: Make, canary: Path, request: pytest.FixtureRequest):
    is_contained = request.node.callspec.params["make_anywhere"] == "sandbox"
    program = stubborn(daemon=is_contained)
    task = asyncio.create_task(make_anywhere(timeout=300).a_execute_code_blocks(python(program)))
    reader = await asyncio.to_thread(canary.open)
    assert await asyncio.to_thread(reader.read, 5) == "ready"
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 2
    async with asyncio.timeout(10):
        assert await asyncio.to_thread(reader.read) == ""
    reader.close()


async def test_cancelling_at_any_moment_of_the_start_leaves_no_process(make_anywhere: Make, work_dir: Path):
    executor = make_anywhere(timeout=300)
    await executor.a_execute_code_blocks(python("pass"))
    for after_ms in range(0, 60, 3):
        task = asyncio.create_task(executor.a_execute_code_blocks(python("import time; time.sleep(600)")))
        asyncio.get_running_loop().call_later(after_ms / 1000, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            async with asyncio.timeout(20):
                await task
    async with asyncio.timeout(10):
        while _processes_that_name(work_dir):  # noqa: ASYNC110 - the end of strangers is no event
            await asyncio.sleep(0.01)


def _processes_that_name(path: Path) -> list[str]:
    found: list[str] = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(path) in (told := file.read_text()):
                found.append(told)
    return found


@pytest.mark.parametrize("options", [{}, {"sandbox": "none", "accept_no_isolation": True}], ids=["sandbox", "bare"])
def test_ctrl_c_stops_a_synchronous_call_and_leaves_no_process(
    work_dir: Path, canary: Path, options: dict[str, object]
):
    code = stubborn(daemon=not options)
    script = HOST.format(work_dir=str(work_dir), options=options, code=code)
    host = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)
    with canary.open() as reader:
        assert reader.read(5) == "ready"
        began = time.monotonic()
        host.send_signal(signal.SIGINT)
        assert reader.read() == ""
        errors = host.communicate(timeout=20)[1]
        assert time.monotonic() - began < 3
    assert errors.strip().splitlines()[-1] == "KeyboardInterrupt"


def test_the_sandbox_dies_with_the_program_that_started_it(work_dir: Path, canary: Path):
    script = HOST.format(work_dir=str(work_dir), options={}, code=stubborn(daemon=True))
    host = subprocess.Popen([sys.executable, "-c", script])
    with canary.open() as reader:
        assert reader.read(5) == "ready"
        host.kill()
        assert reader.read() == ""
    assert host.wait(10) == -signal.SIGKILL


def test_the_next_block_runs_after_one_that_killed_all_it_could(make: Make):
    executor = make()
    # two at once: inside, the killer may not kill itself, and has nobody else
    killer = "import os\nos.kill(os.getppid(), 9)\nos.kill(1, 9)\nos.fork()\nos.kill(-1, 9)"
    assert run(executor, killer).exit_code in {0, 1, 137}
    assert run(executor, "print('next')").output == "next\n"
