"""How long a kernel lives: across loops, threads and agents, but never longer than whoever has it.

The canary is a pipe with a name: its reader gets the end of file only when every process that could write is gone.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from autogen.coding import CodeBlock, CodeExecutor
from autogen.coding.kernels.executor import KernelCodeExecutor
from autogen.errors import CodeError, MissingExtra, SandboxUnavailable
from tests.coding.conftest import need_landlock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.coding.kernels.conftest import Lab

BARE: dict[str, Any] = {"sandbox": "none", "accept_no_isolation": True}
HOLD = "import os\ncanary = open('canary', 'w')\ncanary.write('ready'); canary.flush()\nos.fork() or os.read(os.pipe()[0], 1)"
HOST = """
import os, time
from autogen.coding import CodeBlock
from autogen.coding.kernels.executor import KernelCodeExecutor
executor = KernelCodeExecutor(work_dir={work_dir!r}, **{options!r})
print(executor.execute_code_blocks([CodeBlock({code!r}, "python")]))
{ending}
"""
ENDINGS: dict[str, tuple[dict[str, Any], str, int]] = {
    "returns": ({}, "", 0),
    "raises, bare": (BARE, "raise RuntimeError", 1),
    "is killed, bare": (BARE, "os.kill(os.getpid(), 9)", -9),
    "is killed in a cell": (
        {},
        (
            "__import__('threading').Timer(0.2, os.kill, [os.getpid(), 9]).start()\n"
            "executor.execute_code_blocks([CodeBlock('while True: pass', 'python')])"
        ),
        -9,
    ),
}


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    work_dir = tmp_path / "work"
    work_dir.mkdir()
    os.mkfifo(work_dir / "canary")
    (work_dir / "canary").chmod(0o666)
    return work_dir / "canary"


@pytest.mark.parametrize("name", ENDINGS)
def test_however_its_program_ends_no_process_is_left(canary: Path, name: str):
    options, ending, exit_code = ENDINGS[name]
    script = HOST.format(work_dir=str(canary.parent), options=options, code=HOLD, ending=ending)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(canary.read_text()))
    reader.start()
    host = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
    reader.join(10)
    assert (read, host.returncode) == (["ready"], exit_code), host.stderr
    assert [path.name for path in canary.parent.iterdir()] == ["canary"]


def test_ctrl_c_interrupts_the_cell_and_the_variables_are_kept(canary: Path):
    script = f"""
from autogen.coding import CodeBlock
from autogen.coding.kernels.executor import KernelCodeExecutor
executor = KernelCodeExecutor(work_dir={str(canary.parent)!r})
def says(program): return executor.execute_code_blocks([CodeBlock(program, "python")]).output
try:
    says("here = 1\\nwith open('canary', 'w') as pipe: pipe.write('ready')\\nwhile True: pass")
except KeyboardInterrupt:
    print(says("here"))
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as host:
        assert canary.read_text() == "ready"
        host.send_signal(signal.SIGINT)
        assert host.communicate(timeout=30)[0] == "1\n\n"


@pytest.mark.parametrize("how", ["left", "forgotten"])
async def test_a_kernel_that_is_no_longer_wanted_is_gone(canary: Path, how: str):
    executor = KernelCodeExecutor(work_dir=canary.parent)
    reading = asyncio.create_task(asyncio.to_thread(canary.read_text))
    if how == "left":
        async with executor:
            await executor.a_execute_code_blocks([CodeBlock(HOLD, "python")])
        executor.stop()  # which does nothing more
    else:
        await executor.a_execute_code_blocks([CodeBlock(HOLD, "python")])
    del executor
    gc.collect()
    async with asyncio.timeout(20):
        assert await reading == "ready"


def test_a_kernel_is_stopped_and_used_again(make: Callable[..., Lab]):
    lab = make()
    assert isinstance(lab.executor, CodeExecutor)
    with lab.executor:
        assert lab.says("x = 1; x") == "1\n"
    assert lab.says("'x' in globals()") == "False\n"


def test_variables_outlive_the_loop_of_whoever_asked_first(kernel: Lab):
    asyncio.run(kernel.a_run("where = 'first'"))
    asyncio.run(kernel.a_run("where += ' second'"))
    assert kernel.says("where") == "'first second'\n"


async def test_whoever_shares_an_executor_shares_its_variables_and_waits_for_its_turn(kernel: Lab):
    await kernel.a_run("import time\nlog = []")
    program = "log.append('begin {0}'); time.sleep(0.02)", "time.sleep(0.02); log.append('end {0}')"
    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(kernel.a_run(*(part.format(name) for part in program)))
    told = (await kernel.a_run("print(*log, sep=',')")).output.strip().split(",")
    assert sorted(told[::2]) == ["begin a", "begin b", "begin c"]
    assert told[1::2] == [moment.replace("begin", "end") for moment in told[::2]]


def test_two_executors_have_variables_of_their_own_in_one_work_dir(make: Callable[..., Lab]):
    first, second = make(), make()
    first.run("x = 'first'\nopen('shared', 'w').write('both');")
    assert second.says("'x' in globals(), open('shared').read()") == "(False, 'both')\n"


async def test_a_kernel_is_started_beforehand(make: Callable[..., Lab]):
    lab = make(warm=True)
    await lab.executor.a_warm()
    assert (await lab.a_run("import os; os._exit(1)")).exit_code == 137
    assert (await lab.a_run("40 + 2")).output == "42\n"


def test_a_forked_child_has_a_kernel_of_its_own_even_where_others_waited_for_the_first(kernel: Lab):
    script = f"""
import os, threading, time, warnings
warnings.simplefilter("ignore")
from autogen.coding import CodeBlock
from autogen.coding.kernels.executor import KernelCodeExecutor
executor = KernelCodeExecutor(work_dir={str(kernel.work_dir)!r})
def says(program): return executor.execute_code_blocks([CodeBlock(program, "python")]).output
says("who = 'parent'")
others = [threading.Thread(target=says, args=("open('begun', 'w'); __import__('time').sleep(0.3)",)) for _ in range(2)]
for other in others: other.start()
while not os.path.exists({str(kernel.work_dir / "begun")!r}): time.sleep(0.01)
if os.fork() == 0:
    print(says("print('who' in globals())"), flush=True)
    executor.stop()
    os._exit(0)
print(os.waitstatus_to_exitcode(os.wait()[1]), says("who"))
for other in others: other.join()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=False)
    assert done.stdout == (
        "Note: The kernel was restarted, and all variables of earlier blocks are lost: this is another process.\n"
        "False\n\n0 'parent'\n\n"
    ), done.stderr


def test_without_a_sandbox_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxUnavailable, match="bubblewrap is not installed"):
        KernelCodeExecutor(work_dir=tmp_path, sandbox="bubblewrap").execute_code_blocks([CodeBlock("1", "python")])
    with pytest.raises(ValueError, match="accept_no_isolation=True"):
        KernelCodeExecutor(work_dir=tmp_path, sandbox="none")


def test_the_weaker_sandbox_has_no_kernel_and_says_so(open_directory: Path):
    need_landlock()
    with pytest.raises(SandboxUnavailable, match="it answers through sockets"):
        KernelCodeExecutor(work_dir=open_directory, sandbox="landlock").execute_code_blocks([CodeBlock("1", "python")])


def test_a_bare_kernel_works_and_says_what_it_is(make: Callable[..., Lab]):
    lab = make(**BARE)
    result = lab.run("x = 41", "x + 1")
    assert (result.output, result.place) == ("42\n", "bare process")
    assert list(lab.work_dir.iterdir()) == []


def test_a_python_without_ipykernel_is_named_with_the_cure(make: Callable[..., Lab]):
    lab = make(virtual_env_context=SimpleNamespace(env_exe="/usr/bin/python3", env_dir="/usr"))
    with pytest.raises(CodeError, match="/usr/bin/python3 -m pip install ipykernel"):
        lab.run("1")


def test_a_work_dir_that_is_full_is_named_and_the_next_try_may_work(
    make: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch
):
    lab = make()
    make_directory = Path.mkdir

    def full(path: Path, *arguments: Any, **options: Any) -> None:
        if path.name.startswith(".sockets-"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        make_directory(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", full)
        with pytest.raises(CodeError, match=r"nothing can be made in the work dir .*: No space left on device"):
            lab.run("1")
    assert lab.says("40 + 2") == "42\n"


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "jupyter_client.session", None)
    with pytest.raises(MissingExtra, match=r"pyautogen\[jupyter\]"):
        KernelCodeExecutor(work_dir=tmp_path)


def test_the_path_of_the_work_dir_may_be_longer_than_a_socket_may_have(tmp_path: Path):
    deep = tmp_path.joinpath(*["a-directory-with-a-long-name"] * 5)
    deep.mkdir(parents=True)
    with KernelCodeExecutor(work_dir=deep) as executor:
        assert executor.execute_code_blocks([CodeBlock("40 + 2", "python")]).output == "42\n"
    assert list(deep.iterdir()) == []
