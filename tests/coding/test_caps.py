"""Programs that want too much: each is stopped at its cap, the cap is named, and the next block runs."""

from __future__ import annotations

import resource
import time
from typing import TYPE_CHECKING

import pytest

from autogen.coding import Caps
from tests.coding.conftest import run

if TYPE_CHECKING:
    from tests.coding.conftest import Make

SMALL = Caps(
    memory_bytes=150_000_000,
    processes=24,
    open_files=64,
    file_bytes=8_000_000,
    work_dir_bytes=6_000_000,
    work_dir_files=200,
    temporary_bytes=4_000_000,
    kept_output_bytes=2_000,
    output_bytes=5_000_000,
)

MEMORY = "it used more than 150 MB of memory"
STOPPED = {
    "memory": ("import time\nx = bytearray(b'x') * 400_000_000\ntime.sleep(60)", MEMORY),
    "memory of children": (
        (
            "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        x = bytearray(os.urandom(1)) * 60_000_000\n"
            "        time.sleep(60)\ntime.sleep(60)"
        ),
        MEMORY,
    ),
    "memory in shared memory": (
        "import mmap, time\nx = mmap.mmap(-1, 250_000_000)\nfor _ in range(250): x.write(b'x' * 1_000_000)\ntime.sleep(60)",
        MEMORY,
    ),
    "disk": (
        "import time\nfor n in range(8):\n    open(f'{n}', 'wb').write(b'x' * 4_000_000)\ntime.sleep(60)",
        "it wrote more than 6 MB to the work dir",
    ),
    "files without a name": (
        (
            "import os, time\nfiles = []\nfor n in range(5):\n    files.append(open('hidden', 'wb', 0))\n"
            "    os.unlink('hidden')\n    files[-1].write(b'x' * 7_000_000)\ntime.sleep(60)"
        ),
        "it took more than 6 MB of the disk",
    ),
    "files": (
        "import time\nfor n in range(2000):\n    open(f'{n}', 'w').close()\ntime.sleep(60)",
        "it left more than 200 files",
    ),
    "output": ("while True: print('x' * 1000)", "it printed more than 5 MB"),
    "errors": ("import sys\nwhile True: print('x' * 1000, file=sys.stderr)", "it printed more than 5 MB"),
}

# What the kernel refuses at the cap itself: the program sees an error, and may go on.
REFUSED = {
    "processes": (
        (
            "import os, time\ncount = 0\ntry:\n    while count < 200:\n        if os.fork() == 0:\n            time.sleep(60)\n"
            "        count += 1\nexcept OSError:\n    print('refused after', count < 24)"
        ),
        "refused after True\n",
    ),
    "threads": (
        (
            "import os, threading\ncount = 0\ntry:\n    while count < 200:\n"
            "        threading.Thread(target=threading.Event().wait, daemon=True).start()\n        count += 1\n"
            "except RuntimeError:\n    print('refused after', count < 24, flush=True)\nos._exit(0)"
        ),
        "refused after True\n",
    ),
    "open files": (
        (
            "files = []\ntry:\n    while len(files) < 200:\n        files.append(open('/dev/null'))\n"
            "except OSError:\n    n = len(files); files.clear(); print('refused after', n < 64)"
        ),
        "refused after True\n",
    ),
    "one file": (
        (
            "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nfile = open('/dev/shm/x', 'wb', 0)\n"
            "try:\n    for _ in range(100): file.write(b'x' * 1_000_000)\nexcept OSError as error:\n    print(error.strerror)"
        ),
        "File too large\n",
    ),
    "temporary files": (
        (
            "try:\n    open('/tmp/x', 'wb', 0).write(b'x' * 3_000_000); open('/tmp/y', 'wb', 0).write(b'x' * 3_000_000)\n"
            "    open('/tmp/z', 'wb', 0).write(b'x')\nexcept OSError as error:\n    print(error.strerror)"
        ),
        "No space left on device\n",
    ),
    "address space": (
        "import mmap\ntry:\n    mmap.mmap(-1, 10**12)\nexcept OSError as error:\n    print(error.strerror)",
        "Cannot allocate memory\n",
    ),
}


@pytest.mark.parametrize("name", STOPPED)
def test_a_program_is_stopped_at_its_cap_and_told_which(make: Make, name: str):
    program, why = STOPPED[name]
    result = run(make(caps=SMALL), program)
    assert (result.exit_code, result.output[-200:].splitlines()[-1]) == (137, f"The code was stopped: {why}.")


@pytest.mark.parametrize("name", REFUSED)
def test_a_program_is_refused_more_than_its_cap(make: Make, name: str):
    program, said = REFUSED[name]
    result = run(make(caps=SMALL), program)
    assert (result.exit_code, result.output) == (0, said)


def test_a_fork_bomb_stays_in_its_sandbox(make: Make):
    executor = make(caps=SMALL, timeout=1)
    result = run(executor, "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass")
    assert (result.exit_code, result.output) == (124, "\nTimeout")
    assert run(executor, "print('next')").output == "next\n"


def test_of_much_output_the_beginning_and_the_end_are_kept(make_anywhere: Make):
    caps = Caps(kept_output_bytes=200)
    result = run(make_anywhere(caps=caps), "print('first')\nprint('.' * 10_000)\nprint('last')")
    note = "\n[… 9812 of 10012 bytes of output are left out here …]\n"
    assert result.output == "first\n" + "." * 94 + note + "." * 94 + "\nlast\n"


def test_a_gigabyte_of_output_costs_neither_time_nor_memory(make_anywhere: Make):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    result = run(make_anywhere(), "import os\nchunk = b'x' * 1_000_000\nfor _ in range(1000): os.write(1, chunk)")
    assert time.monotonic() - began < 10
    assert result.output.endswith("The code was stopped: it printed more than 64 MB.")
    assert len(result.output) < 130_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kilobytes


def test_many_small_programs_do_not_starve_one_another(make: Make):
    executor = make(caps=Caps(processes=24))
    program = "import subprocess\nfor _ in range(8): subprocess.run(['true'], check=True)\nprint('ok')"
    assert [run(executor, program).output for _ in range(3)] == ["ok\n"] * 3
