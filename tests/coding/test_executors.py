"""What every executor does, wherever it runs the code."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from autogen.coding import CodeBlock, CodeExecutor, CommandLineCodeResult
from tests.coding.conftest import python, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.coding.conftest import Make


def test_it_is_an_executor_and_tells_its_settings(make_anywhere: Make, work_dir: Path):
    executor = make_anywhere(timeout=7)
    assert isinstance(executor, CodeExecutor)
    assert (executor.timeout, executor.work_dir) == (7, work_dir)


def test_a_block_is_saved_in_the_work_dir_and_run_there(make_anywhere: Make, work_dir: Path):
    result = run(make_anywhere(), "import os; print(os.getcwd(), os.path.dirname(__file__))")
    assert (result.exit_code, result.output) == (0, f"{work_dir} {work_dir}\n")
    assert result.code_file is not None
    assert [str(path) for path in work_dir.iterdir()] == [result.code_file]


def test_a_result_says_where_the_code_ran(make_anywhere: Make, request: pytest.FixtureRequest):
    place = {"sandbox": "bubblewrap", "bare": "bare process"}[request.node.callspec.params["make_anywhere"]]
    assert run(make_anywhere(), "pass").place == place


def test_blocks_run_in_order_up_to_the_first_that_fails(make_anywhere: Make):
    result = run(make_anywhere(), "print('one')", "print('two'); raise SystemExit(3)", "print('three')")
    assert (result.exit_code, result.output) == (3, "one\ntwo\n")


def test_no_blocks_are_a_success_without_output(make_anywhere: Make):
    result = make_anywhere().execute_code_blocks([])
    assert (result.exit_code, result.output, result.code_file) == (0, "", None)


def test_errors_come_before_output(make_anywhere: Make):
    result = run(make_anywhere(), "import sys; print('out'); print('err', file=sys.stderr)")
    assert (result.exit_code, result.output) == (0, "err\nout\n")


def test_a_traceback_is_told(make_anywhere: Make):
    result = run(make_anywhere(), "print('before')\n1 / 0")
    assert result.exit_code == 1
    assert result.output.endswith("ZeroDivisionError: division by zero\nbefore\n")


def test_files_are_there_for_the_next_block(make_anywhere: Make, work_dir: Path):
    executor = make_anywhere()
    assert run(executor, "open('data.txt', 'w').write('kept')").exit_code == 0
    assert run(executor, "print(open('data.txt').read())").output == "kept\n"
    assert (work_dir / "data.txt").read_text() == "kept"


def test_a_file_of_the_host_can_be_changed_by_the_code(make_anywhere: Make, work_dir: Path):
    (work_dir / "sub").mkdir()
    (work_dir / "sub/given.txt").write_text("given")
    result = run(make_anywhere(), "open('sub/given.txt', 'a').write(' and changed'); open('sub/new.txt', 'w')")
    assert result.exit_code == 0, result.output
    assert (work_dir / "sub/given.txt").read_text() == "given and changed"


def test_there_is_nothing_to_read_at_standard_input(make_anywhere: Make):
    result = run(make_anywhere(), "import sys\nprint(repr(sys.stdin.read()))\ninput('Your name? ')")
    assert result.exit_code == 1
    assert "EOFError" in result.output
    assert result.output.endswith("''\nYour name? ")


def test_no_key_of_this_process_reaches_the_code(make_anywhere: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOME_API_KEY", "secret-1")
    result = run(make_anywhere(environment={"GIVEN": "value-2"}), "import os; print(dict(os.environ))")
    assert "secret-1" not in result.output
    assert "'GIVEN': 'value-2'" in result.output


def test_bytes_that_are_no_text_are_replaced(make_anywhere: Make):
    result = run(make_anywhere(), r"import sys; sys.stdout.buffer.write(b'\xff\x00\x1b[2J\r\nend')")
    assert (result.exit_code, result.output) == (0, "\ufffd\0\x1b[2J\nend")


@pytest.mark.parametrize("code", ["print('\ud800')", "x = 1\0", "print('\u202e')", "\ufeffprint(1)", "print(1)\r\n"])
def test_odd_code_is_an_ordinary_result(make_anywhere: Make, code: str):
    assert isinstance(run(make_anywhere(), code), CommandLineCodeResult)


def test_an_exit_by_a_signal_is_told_as_shells_do(make_anywhere: Make):
    assert run(make_anywhere(), "import os; os.abort()").exit_code == 134


def test_what_holds_the_output_open_is_not_waited_for(make_anywhere: Make):
    program = "import subprocess; subprocess.Popen(['sleep', '600']); print('done')"
    result = run(make_anywhere(), program)
    assert (result.exit_code, result.output) == (0, "done\n")


def test_a_program_that_closes_its_output_is_followed_to_its_end(make_anywhere: Make, work_dir: Path):
    program = "import os\nos.close(1); os.close(2)\nopen('end', 'w').close()\nos._exit(5)"
    result = run(make_anywhere(), program)
    assert (result.exit_code, result.output) == (5, "")
    assert (work_dir / "end").exists()


async def test_it_can_be_awaited(make_anywhere: Make):
    result = await make_anywhere().a_execute_code_blocks(python("print('hello')"))
    assert (result.exit_code, result.output) == (0, "hello\n")


async def test_several_may_run_in_one_work_dir_at_once(make_anywhere: Make):
    executor = make_anywhere()
    runs = [executor.a_execute_code_blocks(python(f"print({number})")) for number in range(6)]
    assert [result.output for result in await asyncio.gather(*runs)] == [f"{number}\n" for number in range(6)]


def test_restarting_says_that_there_is_nothing_to_restart(make_anywhere: Make):
    with pytest.warns(UserWarning, match="not supported"):
        make_anywhere().restart()


def test_a_shell_block_runs(make_anywhere: Make):
    blocks = [CodeBlock("echo $((6 * 7)); exit 4", language) for language in ("sh", "bash", "shell")]
    results = [make_anywhere().execute_code_blocks([block]) for block in blocks]
    assert [(result.exit_code, result.output) for result in results] == [(4, "42\n")] * 3
