"""The applications as a person runs them: offline, typed to, and with the model of the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps.terminal import CTRL_C, CTRL_D, Terminal, plain
from tests.servers.openai_server import OpenAIServer, reply

ROOT = Path(__file__).parents[2]
_TIME_LIMIT_S = 55


def run(application: str, *arguments: str, folder: Path, typed: str = "", **settings: str) -> str:
    """Run an application in a folder, and return what it prints."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "NO_COLOR": "1", "PYTHONWARNINGS": "error"}
    ended = subprocess.run(
        [sys.executable, "-m", f"examples.applications.{application}", *arguments],
        cwd=folder,
        env={**environment, "PYTHONIOENCODING": "utf-8", **settings},
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=_TIME_LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_supply_chain_answers_a_question_of_the_command_line(tmp_path: Path):
    printed = run("supply_chain", "What if demand at Anchor rises by 20%?", folder=tmp_path)
    assert "dollars instead of" in printed
    assert "(6 messages among the agents; programs reviewed: 1)" in printed


def test_the_supply_chain_shows_the_conversation_behind_an_answer(tmp_path: Path):
    printed = run("supply_chain", "--show", "What if it rains?", folder=tmp_path)
    assert "| writer (to commander):" in printed
    assert printed.rstrip().endswith("(2 messages among the agents; programs reviewed: 0)")


def test_chess_is_played_to_the_end_and_drawn(tmp_path: Path):
    printed = run("chess", "--plies", "20", "--svg", "end.svg", "--side-chats", folder=tmp_path)
    assert "(Board to White: You are White. Position (FEN): rnbqkbnr/" in printed
    assert "Adjourned. 20 moves, " in printed
    assert (tmp_path / "end.svg").read_text(encoding="utf-8").startswith("<svg")


def test_chess_can_be_played_by_typing(tmp_path: Path):
    printed = run("chess", "--white", "human", "--black", "rules", folder=tmp_path, typed="Ke5\nI say e4!\n")
    assert "Ke5 is not legal here. Say another move." in printed
    assert "White: I say e4!" in printed
    assert printed.rstrip().endswith("White resigns. 2 moves, 1 proposals refused in the side chats.")


def test_the_group_keeps_its_files(tmp_path: Path):
    printed = run("group_coding", "--work-dir", "out", folder=tmp_path)
    assert "Birch took in most: " in printed
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["sales.csv", "takings.py", "takings.svg"]


@pytest.mark.parametrize(
    ("application", "arguments", "answer", "seen"),
    [
        ("supply_chain", ("What if?",), "I would need more to go on.", "I would need more to go on."),
        ("chess", ("--white", "model", "--black", "rules", "--plies", "1"), "I play e4.", "White: I play e4."),
        ("group_coding", (), "planner, I suppose. TERMINATE", "TERMINATE"),
    ],
)
def test_an_application_asks_the_model_of_the_environment_when_live(
    application: str, arguments: tuple[str, ...], answer: str, seen: str, tmp_path: Path
):
    with OpenAIServer(reply(answer)) as server:
        settings = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k", "OPENAI_MODEL": "stub"}
        printed = run(application, "--live", *arguments, folder=tmp_path, **settings)
    assert seen in printed
    assert {request.body["model"] for request in server.requests} == {"stub"}


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_whoever_leaves_the_supply_chain_sees_no_traceback(key: str, tmp_path: Path):
    program = [sys.executable, "-m", "examples.applications.supply_chain"]
    with Terminal(
        program, tmp_path, {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ) as terminal:
        terminal.wait_for("> ")
        terminal.type(key)
        assert terminal.ended() == 0
    assert "Traceback" not in plain(terminal.raw)


def test_without_a_model_a_live_application_says_what_to_set(tmp_path: Path):
    with pytest.raises(AssertionError, match=r"^No model is configured\. For a hosted one set OPENAI_API_KEY"):
        run("group_coding", "--live", folder=tmp_path)
