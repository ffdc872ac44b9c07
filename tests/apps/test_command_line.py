"""`autogen`: its help, its version, and what it says to nonsense."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import autogen as library
from tests.apps.command import AUTOGEN, autogen, environment

if TYPE_CHECKING:
    from pathlib import Path

NONSENSE = {
    "an unknown command": (["frobnicate"], "No such command 'frobnicate'"),
    "no task": (["chat"], "Missing argument"),
    "an empty task": (["chat", "  "], "It is empty. Say what is to be done: autogen chat"),
    "an unknown provider": (["chat", "Hi", "--model", "foo:bar"], "unknown provider 'foo' (known: openai,"),
    "a provider without a model": (["chat", "Hi", "--model", "openai:"], "'openai:' names no model"),
    "an unknown mode": (["chat", "Hi", "--human", "maybe"], "'maybe' is not one of"),
    "turns below one": (["chat", "Hi", "--max-turns", "-1"], "-1 is too few. Give a whole number from 1"),
    "turns in words": (["chat", "Hi", "--max-turns", "two"], "valid integer"),
    "a file as work dir": (["chat", "Hi", "--model", "ollama:x", "--work-dir", "a"], "'a' is a file. Name another"),
    "a work dir in a file": (["demo", "--work-dir", "a/b"], "'a/b' cannot be made (Not a directory). Name another"),
    "a work dir of the system": (["demo", "--work-dir", "/etc"], "'/etc' belongs to the system. Name another"),
    "no program to check": (["check", "team"], "'team' is no Python file here. Write it as file.py:name."),
    "the home directory": (["demo", "--work-dir", "home"], "'home' is your home directory"),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_refused_with_the_reason_and_the_cure(case: str, tmp_path: Path):
    (tmp_path / "home").mkdir()
    (tmp_path / "a").write_text("a file")
    arguments, words = NONSENSE[case]
    ended = autogen(*arguments, folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "home"]


@pytest.mark.parametrize("command", [["demo"], ["chat", "Hi"]], ids=["demo", "chat"])
def test_a_wrong_model_in_the_environment_is_named_as_such(command: list[str], tmp_path: Path):
    ended = autogen(*command, folder=tmp_path, AUTOGEN_MODEL="foo:bar")
    assert ended.returncode == 2
    assert "Invalid value for the model in the environment: 'foo:bar': unknown provider" in ended.stderr


def test_the_version_is_that_of_the_library(tmp_path: Path):
    assert autogen("--version", folder=tmp_path).stdout == f"autogen {library.__version__}\n"


@pytest.mark.parametrize(
    ("redirection", "words"),
    [("> /dev/full", "The output could not be written: [Errno 28] No space left on device\n"), ("| true", "")],
)
def test_output_that_cannot_be_written_is_no_reason_for_a_stack_trace(redirection: str, words: str, tmp_path: Path):
    ended = subprocess.run(
        ["/bin/sh", "-c", f"{AUTOGEN} --help {redirection}"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == ("", words)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([], ["demo", "chat", "OPENAI_API_KEY"]),
        (["demo"], ["--work-dir", "--accept-no-isolation", "--recorded"]),
        (["chat"], ["--model", "--human", "--work-dir", "--max-turns", "--json", "ALWAYS on a terminal"]),
    ],
    ids=["autogen", "demo", "chat"],
)
def test_help_tells_every_option_and_loads_no_model_libraries(command: list[str], words: list[str], tmp_path: Path):
    program = (
        "import sys; from autogen.apps.cli import main; sys.argv[0] = 'autogen'; code = main()\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr); sys.exit(code)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *command, "--help"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 0
    told = " ".join(ended.stdout.split())
    assert [word for word in words if word not in told] == []
    assert {"openai", "pydantic_ai", "httpx", "httpx2"} & set(ended.stderr.split()) == set()
