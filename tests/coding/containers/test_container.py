"""What code in a container can count on, beyond the contract of executors."""

from __future__ import annotations

import asyncio
import os
import resource
from typing import TYPE_CHECKING

import pytest

from autogen.coding import Caps, CodeBlock
from tests.coding.container_engine import IMAGE
from tests.coding.containers.conftest import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.coding.containers.conftest import Make

pytestmark = pytest.mark.usefixtures("container_engine")

SMALL = Caps(
    memory_bytes=150_000_000,
    processes=24,
    open_files=64,
    file_bytes=8_000_000,
    work_dir_bytes=6_000_000,
    work_dir_files=200,
    temporary_bytes=4_000_000,
)
STOPPED = {
    "memory of children": (
        (
            "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        x = bytearray(os.urandom(1)) * 60_000_000\n"
            "        time.sleep(60)\nfor _ in range(6): assert os.wait()[1] == 0"
        ),
        "it used more than 150 MB of memory",
    ),
    "disk": (
        "import time\nfor n in range(8):\n    open(f'{n}', 'wb').write(b'x' * 4_000_000)\ntime.sleep(60)",
        "it wrote more than 6 MB to the work dir",
    ),
    "files": (
        "import time\nfor n in range(2000):\n    open(f'{n}', 'w').close()\ntime.sleep(60)",
        "it left more than 200 files",
    ),
}
REFUSED = {
    "processes": (
        (
            "import os, time\ncount = 0\ntry:\n    while count < 200:\n        if os.fork() == 0:\n            time.sleep(60)\n"
            "        count += 1\nexcept OSError:\n    print('refused after', count < 40)"
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
}
# Ends with the one program that would end the rest; its children hold the output open.
DESERTER = """
import os, time
canary = open("canary", "w")
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
canary.write("ready")
canary.flush()
os.kill(os.getppid(), 9)
time.sleep(600)
"""


def test_a_block_is_saved_in_the_work_dir_which_the_container_shares(make: Make, tmp_path: Path):
    result = run(make(), "import os; print(os.getcwd(), __file__ == os.path.abspath(__file__)); open('left', 'w')")
    assert (result.exit_code, result.output) == (0, "/workspace True\n")
    assert result.place.startswith("container (Podman ")
    assert result.place.endswith(f", {IMAGE})")
    assert sorted(str(path) for path in (tmp_path / "work").iterdir()) == sorted(
        [str(result.code_file), str(tmp_path / "work/left")]
    )


def test_the_container_is_used_again_until_it_is_restarted(make: Make):
    executor = make()
    assert (
        run(executor, "open('/tmp/note', 'w').write('of the container'); open('kept', 'w').write('of yours')").exit_code
        == 0
    )
    assert run(executor, "cat /tmp/note", "sh").output == "of the container"
    executor.restart()
    result = run(executor, "cat kept; cat /tmp/note", "sh")
    assert result.output.startswith("cat: /tmp/note")
    assert result.output.endswith("of yours")


def test_many_short_programs_lose_no_word(make: Make):
    executor = make()
    results = executor.execute_code_blocks([CodeBlock(f"echo {number}", "sh") for number in range(8)])
    assert results.output.split() == [str(number) for number in range(8)]


def test_a_program_is_stopped_at_its_cap_and_told_which(make: Make):
    executor = make(caps=SMALL)
    for program, why in STOPPED.values():
        result = run(executor, program)
        assert (result.exit_code, result.output[-200:].splitlines()[-1]) == (137, f"The code was stopped: {why}.")
        assert run(executor, "rm -f [0-9]*; echo next", "sh").output == "next\n"


def test_a_program_is_refused_more_than_its_cap(make: Make):
    executor = make(caps=SMALL)
    said = {name: run(executor, program).output for name, (program, _) in REFUSED.items()}
    assert said == {name: said for name, (_, said) in REFUSED.items()}


def test_a_gigabyte_of_output_costs_no_memory(make: Make):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = run(make(), "import os\nchunk = b'x' * 1_000_000\nfor _ in range(1000): os.write(1, chunk)")
    assert result.output.endswith("The code was stopped: it printed more than 64 MB.")
    assert len(result.output) < 140_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kilobytes


def test_a_fork_bomb_stays_in_its_container(make: Make):
    executor = make(caps=SMALL, timeout=1)
    result = run(executor, "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass")
    assert (result.exit_code, result.output) == (124, "\nTimeout")
    assert run(executor, "print('next')").output == "next\n"


async def test_nothing_outlives_a_block_not_even_what_killed_its_keeper(make: Make, tmp_path: Path):
    executor = make()
    canary = tmp_path / "work/canary"
    os.mkfifo(canary)
    canary.chmod(0o666)
    running = asyncio.create_task(executor.a_execute_code_blocks([CodeBlock(DESERTER, "python")]))
    async with asyncio.timeout(30):
        assert await asyncio.to_thread(canary.read_text) == "ready"  # to the end: nobody can write any more
        assert (await running).exit_code == 137


def test_code_gets_the_variables_that_it_is_given(make: Make):
    assert run(make(environment={"GIVEN": "value"}), "echo $GIVEN $HOME", "sh").output == "value /tmp\n"


def test_further_directories_can_be_read_and_not_written(make: Make, tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "table.csv").write_text("1,2")
    tmp_path.chmod(0o755)
    result = run(make(volumes={data: "/data"}), "cat /data/table.csv; echo x > /data/new", "sh")
    assert "Read-only file system" in result.output
    assert "1,2" in result.output
    assert [path.name for path in data.iterdir()] == ["table.csv"]


def test_a_language_that_the_image_lacks_is_told(make: Make):
    assert run(make(), "Get-Date", "pwsh").output == "\npwsh is not installed here."


def test_what_is_only_to_be_saved_is_not_run(make: Make, tmp_path: Path):
    result = run(make(), "// filename: a.js\nx", "js")
    assert (result.exit_code, result.output) == (0, f"Code saved to {tmp_path}/work/a.js\n")
