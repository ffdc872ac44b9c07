"""Whole tasks: a program that fails its own check, a repair, a success; and afterwards nothing is left but the files."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from autogen import AssistantAgent, UserProxyAgent
from autogen.coding import LocalCommandLineCodeExecutor
from autogen.testing import ScriptedModel
from tests.coding.conftest import need_landlock

if TYPE_CHECKING:
    from collections.abc import Iterator


class Task(NamedTuple):
    """A function to write.

    Attributes:
        wrong: a first try.
        right: the repair.
        check: what must hold of it.
        failure: what the first try prints.
    """

    wrong: str
    right: str
    check: str
    failure: str


TASKS = {
    "close elements": Task(
        "def close(xs, limit): return any(b - a < limit for a, b in zip(xs, xs[1:]))",
        "def close(xs, limit):\n    xs = sorted(xs)\n    return any(b - a < limit for a, b in zip(xs, xs[1:]))",
        "assert close([1.0, 2.8, 3.0, 4.0, 5.0, 2.0], 0.3)\nassert not close([3.0, 1.0], 0.5), 'not sorted'",
        "AssertionError: not sorted",
    ),
    "groups of parentheses": Task(
        "def groups(text): return text.split(' ')",
        "def groups(text):\n    found, depth, now = [], 0, ''\n    for c in text.replace(' ', ''):\n        now += c\n"
        "        depth += 1 if c == '(' else -1\n        if depth == 0: found.append(now); now = ''\n    return found",
        "assert groups('( ) (( )) (( )( ))') == ['()', '(())', '(()())'], 'groups'",
        "AssertionError: groups",
    ),
    "a file that is not there yet": Task(
        "def total(): return sum(map(int, open('numbers.txt')))",
        "def total():\n    with open('numbers.txt', 'w') as f: f.write('1\\n2\\n3\\n')\n    return sum(map(int, open('numbers.txt')))",
        "assert total() == 6",
        "FileNotFoundError",
    ),
    "a name that is misspelt": Task(
        "def gcd(a, b):\n    while b: a, b = b, a % c\n    return a",
        "def gcd(a, b):\n    while b: a, b = b, a % b\n    return a",
        "assert gcd(25, 15) == 5",
        "NameError: name 'c' is not defined",
    ),
    "a search that never ends": Task(
        "def root(n):\n    x = 0\n    while x * x != n: x += 1\n    return x",
        "import math\ndef root(n): return math.isqrt(n)",
        "import subprocess; helper = subprocess.Popen(['sleep', '600'])\nassert root(10) == 3",
        "Timeout",
    ),
}


@pytest.fixture(params=["bubblewrap", "landlock"])
def sandbox(request: pytest.FixtureRequest) -> str:
    if request.param == "landlock":
        need_landlock()
    return request.param


@pytest.fixture
def work_dir(open_directory: Path) -> Iterator[Path]:
    """A work dir whose neighbourhood is watched: nothing may be written there, and no process may stay."""
    directory = open_directory / "work"
    directory.mkdir()
    (open_directory / "neighbour.txt").write_text("as it was")
    before = {str(path): path.stat().st_mtime_ns for path in open_directory.iterdir() if path != directory}
    yield directory
    assert {str(path): path.stat().st_mtime_ns for path in open_directory.iterdir() if path != directory} == before
    assert _processes_in(directory) == []


def _processes_in(directory: Path) -> list[str]:
    """Return the processes that run in a directory, or were told of it."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_text().replace("\0", " ")
            if str(directory) in words or (process / "cwd").readlink().is_relative_to(directory):
                found.append(words)
    return found


def said(task: Task, program: str, name: str) -> str:
    return f"Let me see.\n```python\n# filename: {name}\n{program}\n{task.check}\nprint('All checks passed.')\n```"


@pytest.mark.parametrize("name", TASKS)
def test_a_program_that_fails_is_repaired_and_nothing_else_is_left(name: str, sandbox: str, work_dir: Path):
    task = TASKS[name]
    model = ScriptedModel(said(task, task.wrong, "first.py"), said(task, task.right, "second.py"), "TERMINATE")
    executor = LocalCommandLineCodeExecutor(timeout=2, work_dir=work_dir, sandbox=sandbox)  # type: ignore[arg-type]
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"executor": executor})
    coder = AssistantAgent("coder", model=model)
    result = user.initiate_chat(coder, message=f"Write it: {name}.", max_turns=3)
    outcomes = [str(message["content"]) for message in result.chat_history if "exitcode" in str(message["content"])]
    assert ("exitcode: 0" in outcomes[0], task.failure in outcomes[0]) == (False, True), outcomes[0]
    assert outcomes[1].startswith("exitcode: 0 (execution succeeded)\nCode output: All checks passed.")
    assert task.failure in str(model.requests[1].messages[-1]["content"])  # the model was told what to repair
    kept = {"first.py", "second.py"} | ({"numbers.txt"} if "numbers.txt" in task.right else set())
    assert {path.name for path in work_dir.iterdir()} == kept
