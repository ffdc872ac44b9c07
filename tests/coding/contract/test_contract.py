"""The contract of executors: what blocks of code may count on, wherever they run."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from autogen.coding import Caps, CodeBlock, CodeExecutor, CodeResult
from autogen.coding.artefacts import ArtefactCaps
from tests.coding.contract.candidates import CANDIDATES, Candidate, Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Open = Callable[..., Opened]


@pytest.fixture(params=CANDIDATES, scope="module")
def candidate(request: pytest.FixtureRequest) -> Candidate:
    found = CANDIDATES[request.param]
    if found.needs:
        request.getfixturevalue(found.needs)
    return found


@pytest.fixture
def opened(candidate: Candidate, tmp_path: Path) -> Iterator[Open]:
    """Executors, by default all in one work dir; closed at the end."""
    with ExitStack() as closing:

        def opened_in(name: str = "work", **options: Any) -> Opened:
            directory = tmp_path / name
            directory.mkdir(exist_ok=True)
            return closing.enter_context(candidate.open(directory, **options))

        yield opened_in


def run(opened: Opened, *programs: str, language: str = "python") -> CodeResult:
    return opened.executor.execute_code_blocks([CodeBlock(program, language) for program in programs])


async def a_run(opened: Opened, program: str) -> CodeResult:
    executor: Any = opened.executor
    return await executor.a_execute_code_blocks([CodeBlock(program, "python")])


def names(result: CodeResult) -> list[str]:
    return [artefact.name for artefact in result.artefacts]


# Running


def test_it_is_an_executor(opened: Open):
    executor = opened().executor
    assert isinstance(executor, CodeExecutor)
    assert executor.code_extractor.extract_code_blocks("```python\nprint(1)\n```") == [CodeBlock("print(1)", "python")]


def test_blocks_run_in_order_up_to_the_first_that_fails(opened: Open):
    result = run(opened(), "print('one')", "print('two')\n1 / 0", "print('three')")
    assert result.exit_code != 0
    assert result.output.index("one") < result.output.index("two")
    assert "ZeroDivisionError: division by zero" in result.output
    assert "three" not in result.output


def test_no_blocks_are_a_success_without_output(opened: Open):
    result = run(opened())
    assert (result.exit_code, result.output, result.artefacts) == (0, "", ())


def test_variables_live_as_long_as_is_promised(opened: Open, candidate: Candidate):
    executor = opened()
    assert run(executor, "kept = 6 * 7").exit_code == 0
    assert ("<42>" in run(executor, "print('<' + str(kept) + '>')").output) == candidate.keeps_variables


def test_a_shell_block_runs_in_the_same_directory(opened: Open):
    executor = opened()
    assert run(executor, "open('data.txt', 'w').write('kept')").exit_code == 0
    result = run(executor, "cat data.txt; echo $((6 * 7))", language="sh")
    assert (result.exit_code, result.output.strip()) == (0, "kept42")


def test_a_shell_block_that_fails_says_so(opened: Open):
    assert run(opened(), "echo before; exit 3", language="bash").exit_code == 3


def test_a_language_that_is_not_known_is_told_to_the_model(opened: Open):
    result = run(opened(), "DISPLAY 'x'.", language="cobol")
    assert result.exit_code != 0
    assert "cobol" in result.output


def test_nobody_answers_a_question(opened: Open):
    result = run(opened(timeout=20), "input('Your name? ')")
    assert result.exit_code not in {0, 124}


@pytest.mark.parametrize(
    "code", ["print('\ud800')", "x = 1\0", "\ufeffprint(1)", "print(1)\r\n", "", "print('\x1b[2J\u202e')"]
)
def test_odd_code_is_an_ordinary_result(opened: Open, code: str):
    assert isinstance(run(opened(), code), CodeResult)


def test_no_key_of_this_process_reaches_the_code(opened: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOME_API_KEY", "secret-1")
    result = run(opened(), "import os; print(dict(os.environ))")
    assert (result.exit_code, "secret-1" in result.output) == (0, False)


def test_there_is_no_network_where_code_is_contained(opened: Open, candidate: Candidate):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        result = run(opened(), f"import socket; socket.create_connection({address!r}, 5); print('rea' + 'ched')")
    assert ("reached" in result.output) == (not candidate.contains)


# Bounds


def test_at_its_time_limit_code_is_stopped_and_what_it_printed_is_kept(opened: Open):
    executor = opened(timeout=1)
    result = run(executor, "print('before', flush=True)\nwhile True: pass")
    assert result.exit_code != 0
    assert "before" in result.output
    assert "imeout" in result.output
    assert "next" in run(executor, "print('next')").output


def test_long_output_is_cut_in_the_middle(opened: Open):
    result = run(opened(caps=Caps(kept_output_bytes=10_000)), "print('first' + 5_000_000 * 'x' + 'last')")
    assert len(result.output) < 20_000
    assert "first" in result.output
    assert "last" in result.output


def test_code_that_prints_without_end_is_stopped(opened: Open):
    result = run(opened(caps=Caps(output_bytes=1_000_000)), "while True: print('x' * 10_000)")
    assert result.exit_code != 0
    assert "printed more than 1 MB" in result.output


def test_code_that_takes_too_much_memory_is_stopped(opened: Open):
    executor = opened(caps=Caps(memory_bytes=300_000_000))
    result = run(executor, "kept = []\nwhile True: kept.append(bytearray(b'x') * 10_000_000)")
    assert result.exit_code != 0
    assert "next" in run(executor, "print('next')").output


async def test_cancelling_ends_the_code(opened: Open):
    executor = opened(timeout=300)
    canary = executor.work_dir / "canary"
    os.mkfifo(canary)
    canary.chmod(0o666)
    program = "import time\nwith open('canary', 'w') as canary:\n    print('ready', file=canary, flush=True)\n    time.sleep(600)"
    task = asyncio.create_task(a_run(executor, program))
    async with asyncio.timeout(30):
        reader = await asyncio.to_thread(canary.open)
        assert await asyncio.to_thread(reader.readline) == "ready\n"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(reader.read) == ""  # the end: nobody can write any more
    reader.close()
    assert "next" in (await a_run(executor, "print('next')")).output


# Together


async def test_what_is_run_at_once_is_not_mixed_up(opened: Open):
    executor = opened()
    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(a_run(executor, f"print({number})")) for number in range(4)]
    assert [each.result().output.strip() for each in runs] == ["0", "1", "2", "3"]


def test_two_executors_share_a_workspace_if_they_are_given_one(opened: Open):
    first, second, apart = opened(), opened(), opened("elsewhere")
    assert names(run(first, "open('shared.txt', 'w').write('from the first')")) == ["shared.txt"]
    read = "import os; print(open('shared.txt').read() if os.path.exists('shared.txt') else 'nothing')"
    assert "from the first" in run(second, read).output
    assert "nothing" in run(apart, read).output


# What is left behind


def test_files_that_code_wrote_are_listed(opened: Open):
    executor = opened()
    run(executor, "open('old.csv', 'w').write('1,2'); open('grows.txt', 'w').write('a')")
    program = """
import os
os.makedirs('deep/er')
open('deep/er/plot.png', 'wb').write(b'not really')
open('grows.txt', 'a').write('b')
open('with space é.json', 'w').write('{}')
open('unknown.zzz', 'w')
"""
    result = run(executor, program)
    assert result.exit_code == 0, result.output
    assert [(each.name, each.media_type, each.size_bytes) for each in result.artefacts] == [
        ("deep/er/plot.png", "image/png", 10),
        ("grows.txt", "text/plain", 2),
        ("unknown.zzz", "application/octet-stream", 0),
        ("with space é.json", "application/json", 2),
    ]
    assert result.artefacts[0].sha256 == hashlib.sha256(b"not really").hexdigest()
    assert run(executor, "print(open('old.csv').read())").artefacts == ()


def test_traps_for_whoever_collects_are_left_lying(opened: Open, tmp_path: Path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key.txt").write_text("secret")
    program = f"""
import os
os.symlink({str(tmp_path / "secret/key.txt")!r}, 'link.txt')
os.symlink({str(tmp_path / "secret")!r}, 'folder')
os.symlink('loop', 'loop')
os.mkfifo('pipe')
open('twice.txt', 'w').write('x')
os.link('twice.txt', 'again.txt')
open(b'odd-\\xff', 'w')
open('new\\nline', 'w')
open('.hidden', 'w')
open('good.txt', 'w').write('good')
closed = open('closed.txt', 'w'); os.fchmod(closed.fileno(), 0)
deep = '.'
for _ in range(60):
    deep += '/d'
    os.mkdir(deep)
open(deep + '/below.txt', 'w')
"""
    result = run(opened(), program)
    assert result.exit_code == 0, result.output
    assert [name for name in names(result) if name != "closed.txt"] == ["good.txt"]  # root reads what is closed


def test_no_more_is_taken_up_than_is_allowed(opened: Open):
    few = opened(artefact_caps=ArtefactCaps(files=3, file_bytes=1000, total_bytes=2500))
    program = "open('a-huge.bin', 'wb').write(b'x' * 1001)\nfor n in range(9): open(f'{n}.bin', 'wb').write(b'x' * 900)"
    assert names(run(few, program)) == ["0.bin", "1.bin"]
    assert names(run(few, "for n in range(9): open(f'{n}.txt', 'w').write('x')")) == ["0.txt", "1.txt", "2.txt"]


def test_files_are_listed_also_when_the_code_fails(opened: Open):
    result = run(opened(), "open('so-far.txt', 'w').write('x'); raise SystemExit(1)")
    assert (result.exit_code, names(result)) == (1, ["so-far.txt"])
