"""The weaker sandbox: what it holds, and by name what it does not; and what happens where bubblewrap is missing."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autogen import UserProxyAgent, run_settings
from autogen.coding import Caps, LocalCommandLineCodeExecutor
from autogen.coding.places.landlock import sandbox, start
from autogen.coding.places.landlock.sandbox import Landlock
from autogen.coding.places.place import Command
from autogen.coding.places.seccomp import Sharing, filter_program
from autogen.coding.places.supervisor import run_command
from autogen.errors import CodeError, SandboxUnavailable
from autogen.events import NoticeRaised
from tests.coding.conftest import Kept, need_landlock, python, run
from tests.coding.hostile_programs import ALL
from tests.coding.hostile_world import attacked_by_an_ordinary_user, hostile_world
from tests.coding.test_endings import HOST, heard, stubborn
from tests.coding.test_ordinary_programs import PROGRAMS

if TYPE_CHECKING:
    from tests.coding.conftest import Make

IS_ROOT = os.geteuid() == 0

# What bubblewrap holds and Landlock does not, each with its reason.
GETS_THROUGH = {
    "read_the_hosts_settings": "the program asks which files there are: Landlock hides what is in them, not their names",
    "change_its_own_source": "the block lies in the work dir, which is writable; bubblewrap lays a copy over it",
}
# What works in bubblewrap and not here.
DOES_NOT_WORK = {
    "a pool of processes": "its locks lie in /dev/shm, which belongs to all programs",
    "spawned processes": "likewise",
    "shared memory": "likewise",
    "a server of its own": "there is no loopback of its own, so there are no sockets at all",
    "who it is": "it runs under a number; the list of the machine's accounts is not shown",
    "terminals": "/dev/ptmx makes terminals of the machine",
    "its own processes": "/proc shows everybody's processes",
}
if not IS_ROOT:
    DOES_NOT_WORK["permissions"] = "Landlock does not look at chmod, so a user's code may not use it at all"


@pytest.fixture
def canary(open_directory: Path, make_landlocked: Make) -> Path:
    assert make_landlocked
    path = open_directory / "work/canary"
    os.mkfifo(path)
    path.chmod(0o666)
    return path


def without_bubblewrap(monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
    monkeypatch.setenv("PATH", str(directory))


def test_of_the_hostile_programs_those_get_through_that_are_named(open_directory: Path):
    need_landlock()
    with hostile_world(open_directory) as world:
        verdicts = world.attack(ALL, LocalCommandLineCodeExecutor(work_dir=world.work_dir, sandbox="landlock"))
        damage = world.damage()
    got_through = {name for name, verdict in verdicts.items() if not verdict.startswith(("refused: ", "nothing"))}
    assert (len(verdicts), got_through, damage) == (len(ALL), set(GETS_THROUGH), [])


@pytest.mark.skipif(not IS_ROOT, reason="all tests are run by an ordinary user already")
def test_the_same_get_through_when_an_ordinary_user_runs_them(open_directory: Path):
    need_landlock()
    verdicts, damage = attacked_by_an_ordinary_user(open_directory, "landlock")
    got_through = {name for name, verdict in verdicts.items() if not verdict.startswith(("refused: ", "nothing"))}
    assert (len(verdicts), got_through, damage) == (len(ALL), set(GETS_THROUGH), [])


def test_of_the_ordinary_programs_those_fail_that_are_named(make_landlocked: Make):
    executor = make_landlocked()
    failed = {name for name, program in PROGRAMS.items() if run(executor, program).output != "ok\n"}
    assert failed == set(DOES_NOT_WORK)


async def test_at_the_timeout_daemons_are_killed_too(make_landlocked: Make, canary: Path):
    program = stubborn(daemon=True)
    runs = make_landlocked(timeout=1).a_execute_code_blocks(python(program))
    result, told = await asyncio.gather(runs, heard(canary))
    assert (result.exit_code, result.output, told) == (124, "ready\nTimeout", "ready")


async def test_at_the_end_of_a_block_its_daemons_end(make_landlocked: Make, canary: Path):
    program = stubborn(daemon=True, at_the_end="os._exit(0)")
    result, told = await asyncio.gather(make_landlocked().a_execute_code_blocks(python(program)), heard(canary))
    assert (result.exit_code, told) == (0, "ready")


def test_it_dies_with_the_program_that_started_it(open_directory: Path, canary: Path):
    options = {"sandbox": "landlock"}
    script = HOST.format(work_dir=str(open_directory / "work"), options=options, code=stubborn(daemon=True))
    host = subprocess.Popen([sys.executable, "-c", script])
    with canary.open() as reader:
        assert reader.read(5) == "ready"
        host.kill()
        assert reader.read() == ""
    assert host.wait(10) == -signal.SIGKILL


def test_a_fork_bomb_is_stopped_and_leaves_nobody(make_landlocked: Make, canary: Path):
    reader = os.open(canary, os.O_RDONLY | os.O_NONBLOCK)
    program = "import os\nopened = open('canary', 'w')\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    result = run(make_landlocked(timeout=2, caps=Caps(processes=30)), program)
    assert result.exit_code in {124, 137}
    assert os.read(reader, 1) == b""  # the end: nobody has it open any more
    os.close(reader)


def test_the_temporary_directory_of_a_run_is_gone_after_it(make_landlocked: Make, open_directory: Path):
    program = "import os, tempfile\nprint(os.path.isdir(tempfile.mkdtemp()), os.environ['HOME'])"
    result = run(make_landlocked(), program)
    assert result.output.startswith(f"True {open_directory}/work/.autogen-")
    assert [path.name for path in (open_directory / "work").iterdir() if path.name.startswith(".")] == []


def test_with_the_network_open_code_reaches_ports_and_no_sockets_of_the_machine(make_landlocked: Make):
    program = (
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname()).close()\n"
        "try: socket.socket(socket.AF_UNIX)\n"
        "except PermissionError: print('no UNIX sockets')"
    )
    assert run(make_landlocked(network=True), program).output == "no UNIX sockets\n"


async def test_a_program_that_is_not_there_is_named(make_landlocked: Make, open_directory: Path):
    executor = make_landlocked()
    await executor.a_execute_code_blocks(python("pass"))
    place = executor._place  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    assert isinstance(place, Landlock)
    with pytest.raises(CodeError, match="'no-such-program' cannot be found"):
        await run_command(place, Command(("no-such-program",), open_directory / "work", 5), Caps())
    (open_directory / "work/broken").write_text("\0")
    (open_directory / "work/broken").chmod(0o755)
    with pytest.raises(CodeError, match=r"could not start the code: OSError: .*Exec format error"):
        await run_command(place, Command((str(open_directory / "work/broken"),), open_directory / "work", 5), Caps())


# Where bubblewrap is missing


def test_without_bubblewrap_code_runs_in_the_weaker_sandbox_and_that_is_said_once(
    make_landlocked: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    without_bubblewrap(monkeypatch, tmp_path)
    executor = make_landlocked(sandbox="auto")
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"executor": executor})
    kept = Kept()
    with run_settings(observers=[kept]):
        peer = UserProxyAgent("peer", human_input_mode="NEVER", code_execution_config=False)
        peer.initiate_chat(user, message="```python\nprint(1)\n```", max_turns=1)
        peer.initiate_chat(user, message="```python\nprint(2)\n```", max_turns=1)
    notices = [event.text for event in kept.events if isinstance(event, NoticeRaised)]
    assert [text.partition(":")[0] for text in notices] == [
        f"The code runs in a weaker sandbox than bubblewrap, Landlock {start.landlock_version()}"
    ]
    assert run(executor, "pass").place == f"Landlock {start.landlock_version()}"


def test_without_any_sandbox_nothing_runs(make_landlocked: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    without_bubblewrap(monkeypatch, tmp_path)
    monkeypatch.setattr(start, "landlock_version", lambda: 0)
    with pytest.raises(SandboxUnavailable, match="bubblewrap is not installed; Landlock is not there either"):
        run(make_landlocked(sandbox="auto"), "open('ran', 'w')")
    assert run(make_landlocked(sandbox="auto", accept_no_isolation=True), "print(1)").place == "bare process"


def test_bubblewrap_alone_is_not_replaced_by_less(
    make_landlocked: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    without_bubblewrap(monkeypatch, tmp_path)
    with pytest.raises(SandboxUnavailable, match=r"bubblewrap is not installed\. Ways out"):
        run(make_landlocked(sandbox="bubblewrap"), "open('ran', 'w')")


@pytest.mark.skipif(not IS_ROOT, reason="what root does with its rights")
def test_root_is_told_which_directory_its_code_could_not_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    need_landlock()
    without_bubblewrap(monkeypatch, tmp_path)
    with pytest.raises(SandboxUnavailable, match=r"Landlock cannot be used here: As root, .* may not enter"):
        run(LocalCommandLineCodeExecutor(work_dir=tmp_path), "pass")


def test_a_machine_without_a_filter_has_no_weaker_sandbox(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert sandbox.landlock_here() == 0


def test_older_kernels_are_told_apart():
    assert "signals" in Landlock(5).lacks
    assert "signals" not in Landlock(6).lacks
    lengths = {
        json.dumps(sharing): len(filter_program("x86_64", sharing) or b"")
        for sharing in (
            Sharing(network=False, files=False, truncates=False),
            Sharing(network=True, files=True, truncates=True),
        )
    }
    assert len(set(lengths.values())) == 2


@pytest.mark.parametrize("version", range(1, 8))
def test_the_rules_are_put_as_each_version_of_the_kernel_takes_them(
    version: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    need_landlock()
    monkeypatch.setattr(start, "landlock_version", lambda: version)
    orders = {
        "network": False,
        "readable": ["/usr", "/etc/ld.so.cache", "/not/there"],
        "devices": ["/dev/null"],
        "writable": [str(tmp_path)],
    }
    ruleset = start.ruleset_of(orders)
    os.close(ruleset)
