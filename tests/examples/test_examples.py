"""Each example runs without a key, says what it is for, and prints what it promises."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9][0-9]_*.py"))
_TIME_LIMIT_S = 60
_MOST_LINES = 60

PRINTS = {
    "01_four_lines": "The sum is 233168.",
    "02_two_agents": "(seller saw a termination message; 4 model calls)",
    "03_human_in_the_loop": "The slogan: Fresh at six.\nWhy it ended: editor's human typed 'exit'",
    "04_reply_function": (
        "When are you open on Saturday? visitor, we are open from 10 to 14. (clerk) (0 model calls)\n"
        "May I bring my dog? Ask at the desk. (1 model calls)"
    ),
    "05_nested_chat_in_a_reply": "The sea was calm.\n2 messages in the outer chat, 3 model calls with the inner one",
    "06_streaming_events": "result: Rain is water that fell.",
    "07_limits_and_stop_reasons": "terminated       2 messages: a saw a termination message",
    "08_your_own_model_client": (
        "How long have you been tired? (9 tokens of doctor)\nHOW LONG HAVE YOU BEEN TIRED? (9 tokens of loud doctor)"
    ),
    "09_testing_with_scripted_models": "3 tests passed",
    "10_asgi_streaming": "20 of 20 clients got the events of their own chat",
}


def names(examples: list[Path]) -> list[str]:
    return [example.stem for example in examples]


@pytest.mark.parametrize("example", EXAMPLES, ids=names(EXAMPLES))
def test_an_example_runs_without_a_key(example: Path, tmp_path: Path):
    without = ("OPENAI", "AZURE", "OAI_", "OLLAMA", "AUTOGEN")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(without)}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "PYTHONWARNINGS": "error"}
    ended = subprocess.run(
        [sys.executable, str(example)],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TIME_LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert PRINTS[example.stem] in ended.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=names(EXAMPLES))
def test_an_example_is_short_and_states_its_tier(example: Path):
    text = example.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= _MOST_LINES
    assert re.search(r"^Tier T[01]\b", ast.get_docstring(ast.parse(text)) or "", re.MULTILINE)


def test_the_examples_are_numbered_without_a_gap():
    assert names(EXAMPLES) == sorted(PRINTS)
    assert [int(example.stem[:2]) for example in EXAMPLES] == list(range(1, len(EXAMPLES) + 1))
