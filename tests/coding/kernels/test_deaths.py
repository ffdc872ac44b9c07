"""Cells that kill, break or deceive their kernel: the next block runs, or the model is told in clear words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from autogen.coding import Caps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.coding.kernels.conftest import Lab

LOST = "The kernel was restarted, and all variables of earlier blocks are lost"
DEATHS = {
    "exits": ("import os; print('last words', flush=True); os._exit(3)", "the Python process ended with exit code 3"),
    "aborts": ("import os; print('last words', flush=True); os.abort()", "the Python process ended with exit code 134"),
}


@pytest.mark.parametrize("name", DEATHS)
def test_the_death_of_a_kernel_is_told_with_its_last_words(kernel: Lab, name: str):
    program, reason = DEATHS[name]
    kernel.run("here = 1")
    result = kernel.run(program, "print('never')")
    assert result.exit_code == 137
    assert result.output.startswith("last words\n")
    assert result.output.endswith(f"{LOST}: {reason}.\n")
    assert kernel.says("'here' in globals()") == "False\n"


def test_the_death_of_a_kernel_between_cells_is_told_once(kernel: Lab):
    pipe = kernel.work_dir / "end"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    kernel.run("import os, threading\nthreading.Thread(target=lambda: (open('end').read(), os._exit(7))).start()")
    pipe.write_text("")
    outputs = (kernel.run("'next'").output for _ in range(1000))
    output = next(output for output in outputs if output != "'next'\n")
    told = f"{LOST}: the Python process ended with exit code 7.\n"
    assert output in {f"Note: {told}'next'\n", told}  # the other if it died as the cell began
    assert kernel.says("'once'") == "'once'\n"


CLOSERS = {
    "descriptors": "import os; os.close(1); os.close(2)",
    "streams": "import sys; sys.stdout.close(); sys.stderr.close()",
    "nothing left": "import sys; sys.stdout = sys.stderr = None",
    "everything": "import os; os.closerange(0, 512)",
    "its own lines": "k = get_ipython().kernel; k.shell_stream.close(); k.control_stream.close()",
    "its loop": "import asyncio; asyncio.get_event_loop().stop()",
    "exit": "exit()",
}


@pytest.mark.parametrize("name", CLOSERS)
def test_a_cell_that_closes_things_hinders_no_other(hasty_kernel: Lab, name: str):
    hasty_kernel.run(CLOSERS[name])
    outputs = [hasty_kernel.run("print('next')").output for _ in range(3)]
    assert outputs[-1] == "next\n"
    assert all(output.endswith("next\n") or LOST in output for output in outputs)


FORGE = """
import json, hmac, zmq
kernel = get_ipython().kernel
def forge(content, kind='display_data', socket=kernel.iopub_socket, metadata=None):
    message = kernel.session.msg(kind, content, parent=kernel.get_parent())
    message['metadata'] = metadata or {}
    kernel.session.send(socket, message)
"""
FORGERIES = {
    "no data": "forge({})",
    "odd data": "forge({'data': [1, None, {}]}); forge({'data': {'text/html': 7}}); forge({'data': None})",
    "deep": "x = []\nfor _ in range(100): x = [x]\nforge({'data': x})",
    "odd marks": "for mark in ('x', -1, 10**30, None, True): forge({'data': {}}, metadata={'mark': mark})",
    "odd names": "forge({'data': {'image/../../../x': 'AAAA', 'x' * 5000: 'y', 'text/html/../..': '<'}})",
    "nonsense": "kernel.iopub_socket.send_multipart([b'<IDS|MSG>', b'x', b'{', b'', b'\\xff', b'[]'])",
    "no envelope": "kernel.iopub_socket.send_multipart([b''] * 50)",
    "a false reply": "forge({'status': 'ok'}, 'execute_reply', kernel.iopub_socket)",
    "an odd reply": "kernel.shell_stream and forge(['no'], 'execute_reply', kernel.iopub_socket)",
    "marks": "import os, re\nos.write(1, b'\\x1f' * 1000); os.write(1, b'\\x1f0123456789abcdef:1\\x1f:ready\\x1f')",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_messages_harm_nobody(kernel: Lab, name: str):
    kernel.run("here = 1")
    result = kernel.run(FORGE + FORGERIES[name])
    assert result.exit_code in {0, 1, 137}, result.output
    assert kernel.run("print('next')").output.endswith("next\n")
    assert not [file for file in result.output_files if ".." in file]


def test_a_message_of_a_hundred_megabytes_costs_the_kernel_and_not_this_process(kernel: Lab):
    result = kernel.run(FORGE + "forge({'data': {'text/plain': 'x' * 100_000_000}})\nimport time; time.sleep(30)")
    assert (result.exit_code, result.output) == (137, f"{LOST}: its line broke.\n")
    assert kernel.says("1") == "1\n"


def test_an_error_message_without_end_is_cut(make: Callable[..., Lab]):
    result = make(caps=Caps(kept_output_bytes=2000)).run("raise ValueError('x' * 1_000_000)")
    assert (result.exit_code, len(result.output) < 3000) == (1, True)


SMALL = Caps(memory_bytes=300_000_000, processes=60, work_dir_bytes=6_000_000, output_bytes=2_000_000)
STOPPED = {
    "memory": ("x = bytearray(b'x') * 600_000_000\nimport time; time.sleep(60)", "it used more than 300 MB of memory"),
    "disk": (
        "import time\nfor n in range(8): open(f'{n}', 'wb').write(b'x' * 2_000_000)\ntime.sleep(60)",
        "it wrote more than 6 MB to the work dir",
    ),
}


def test_a_kernel_that_wants_too_much_is_stopped_and_the_cap_named(make: Callable[..., Lab]):
    lab = make(caps=SMALL, timeout=2)
    for program, reason in STOPPED.values():
        lab.run("here = 1")
        result = lab.run(program)
        assert (result.exit_code, result.output) == (137, f"{LOST}: {reason}.\n")
    bomb = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    assert lab.run(bomb).exit_code in {137, 124}
    assert "next" in lab.run("print('next')").output


def test_children_and_threads_that_a_cell_leaves_do_not_hold_up_the_next(kernel: Lab):
    leave = """
import subprocess, threading, time
subprocess.Popen(['sleep', '600'])
stop = threading.Event()
def chatter():
    while not stop.wait(0.001): print('.', end='', flush=True)
thread = threading.Thread(target=chatter, daemon=True)
thread.start()
"""
    assert kernel.run(leave).exit_code == 0
    assert kernel.run("stop.set(); thread.join(); print('next')").output.endswith("next\n")
    kernel.executor.restart()
