"""`autogen journal`, `resume` and `inbox`: runs are listed, shown, checked, moved, gone on with and answered."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from autogen.apps.commands import run_command
from autogen.stores.sharing import open_journal
from autogen.stores.shelf import list_runs

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from autogen import AssistantAgent, UserProxyAgent, run_settings
from autogen.core.human import LaterHuman
from autogen.testing import FunctionModel

def reply(request):
    return f"Message {len(request.messages)} \\x1b[2J<script>alert(1)</script>"

user = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config=False)
with run_settings(human=LaterHuman(), observers=[]):
    result = user.initiate_chat(AssistantAgent("assistant", model=FunctionModel(reply)), message="Hello there.")
print(result.stop_reason.kind)
"""


class Desk:
    """A folder, a journal, and the command line."""

    def __init__(
        self, folder: Path, journal: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.journal, self.program = journal, folder / "program.py"
        self.program.write_text(PROGRAM)
        self._capsys = capsys
        monkeypatch.setenv("AUTOGEN_JOURNAL", journal)
        monkeypatch.setattr("sys.argv", ["autogen"])
        monkeypatch.setattr("sys.path", [*__import__("sys").path])
        store = open_journal(journal)
        store.begin("job")
        store.close()

    def type(self, *arguments: str) -> tuple[int, str, str]:
        code = run_command(list(arguments))
        told = self._capsys.readouterr()
        return code, told.out, told.err


@pytest.fixture
def desk(tmp_path: Path, journal: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, journal, monkeypatch, capsys)


def test_a_run_is_resumed_answered_and_resumed_again(desk: Desk):
    assert desk.type("resume", "job", str(desk.program)) == (0, "pending\n", "")
    code, told, _ = desk.type("inbox")
    assert (code, told.split()[:3]) == (0, ["job", "step", "3"])
    assert "Provide feedback to assistant" in told
    assert desk.type("inbox", "job", "--answer", "exit")[0] == 0
    assert desk.type("inbox") == (0, "", "No question waits.\n")
    assert desk.type("resume", "job", str(desk.program)) == (0, "exit\n", "")
    code, told, _ = desk.type("journal", "ls")
    assert (code, "exit  2  $0.0000  user, assistant  Hello there." in told) == (0, True)


def test_a_program_is_run_again_after_an_edit_and_a_table_says_what_was_done(desk: Desk):
    desk.type("resume", "job", str(desk.program))
    desk.type("inbox", "job", "--answer", "exit")
    desk.type("resume", "job", str(desk.program))
    code, told, _ = desk.type("rerun", "job", str(desk.program))
    assert (code, told.splitlines()[-1][:31]) == (0, "0 of 2 steps were done anew: 0 ")
    desk.program.write_text(
        PROGRAM.replace('AssistantAgent("assistant", ', 'AssistantAgent("assistant", "Be brief.", ')
    )
    code, told, _ = desk.type("rerun", "job", str(desk.program), "--into", "brief")
    assert (code, "system message of assistant changed" in told) == (0, True)
    names = {line.split()[0] for line in desk.type("journal", "ls")[1].splitlines()}
    assert names == {"job", "job-2", "brief"}


def test_a_run_is_shown_with_nothing_that_steers_the_terminal(desk: Desk):
    desk.type("resume", "job", str(desk.program))
    code, told, _ = desk.type("journal", "show", "job")
    assert code == 0
    assert "user -> assistant:\n    Hello there." in told
    assert "\\x1b[2J" in told
    assert "\x1b" not in told


def test_an_exported_run_is_verified_and_goes_on_elsewhere(desk: Desk, tmp_path: Path):
    desk.type("resume", "job", str(desk.program))
    file, other = tmp_path / "job.jsonl", tmp_path / "other.db"
    assert desk.type("journal", "export", "job", "--to", str(file)) == (0, "", "")
    code, told, _ = desk.type("journal", "verify", str(file))
    assert (code, "unchanged" in told) == (0, True)
    assert desk.type("journal", "import", str(file), "--journal", str(other))[0] == 0
    there, here = desk.type("journal", "ls", "--journal", str(other))[1], desk.type("journal", "ls")[1]
    assert there.split("  ")[2:] == here.split("  ")[2:] != []  # all but the second in which it began
    assert desk.type("resume", "job", str(desk.program), "--journal", str(other)) == (0, "pending\n", "")
    store = open_journal(other)
    assert [run.messages for run in list_runs(store)] == [2]
    store.close()


@pytest.mark.parametrize("edit", ["change", "decoy", "remove", "swap", "cut", "last"])
def test_any_edit_of_an_exported_run_shows(desk: Desk, tmp_path: Path, edit: str):
    desk.type("resume", "job", str(desk.program))
    file = tmp_path / "job.jsonl"
    desk.type("journal", "export", "job", "--to", str(file))
    lines = file.read_text().splitlines()
    if edit == "change":
        lines[3] = json.dumps({**json.loads(lines[3]), "source": "mallory"})
    elif edit == "decoy":  # whoever reads the line sees another speaker than those who read JSON
        lines[3] = lines[3].replace("{", '{"source":"mallory",', 1)
    elif edit in {"remove", "last"}:
        del lines[3 if edit == "remove" else -1]
    elif edit == "swap":
        lines[3], lines[4] = lines[4], lines[3]
    else:
        lines[4] = lines[4][:-10]
    file.write_text("\n".join(lines))
    code, _, told = desk.type("journal", "verify", str(file))
    assert code == 1
    assert re.search(r"[Ll]ine \d", told)


def test_a_page_shows_a_run_and_runs_nothing_of_it(desk: Desk, tmp_path: Path):
    desk.type("resume", "job", str(desk.program))
    page = tmp_path / "job.html"
    assert desk.type("journal", "export", "job", "--html", "--to", str(page)) == (0, "", "")
    text = page.read_text()
    assert "Hello there." in text
    assert "&lt;script&gt;alert(1)" in text
    assert text.count("<script") == 1  # its own
    assert "http" not in text.replace("http-equiv", "")


def test_a_journal_is_verified_whole_or_not(desk: Desk):
    desk.type("resume", "job", str(desk.program))
    code, told, _ = desk.type("journal", "verify")
    assert (code, "whole" in told) == (0, True)
    store = open_journal(desk.journal)
    store.database.execute("UPDATE records SET facts = '{' WHERE position = 3")
    store.close()
    code, _, told = desk.type("journal", "verify")
    assert (code, "after position 2" in told) == (1, True)


def test_old_runs_are_removed_when_they_are_over(desk: Desk):
    desk.type("resume", "job", str(desk.program))
    assert desk.type("journal", "prune", "--older-than", "0")[1] == ""  # it waits for a human
    desk.type("inbox", "job", "--answer", "exit")
    desk.type("resume", "job", str(desk.program))
    assert desk.type("journal", "prune", "--older-than", "1")[1] == ""
    assert desk.type("journal", "prune", "--older-than", "0", "--dry-run")[1] == "job\n"
    assert desk.type("journal", "prune", "--older-than", "0")[1] == "job\n"
    assert desk.type("journal", "ls")[1] == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("journal", "show", "nothing"), "no run 'nothing'"),
        (("resume", "nothing", "program.py"), "no program"),
        (("inbox", "job", "--answer", "x"), "no open question"),
        (("inbox", "nothing"), "There is no run 'nothing'"),
        (("journal", "ls", "--journal", "not there.db"), "no journal"),
        (("inbox", "--answer", "x"), "whose question"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, arguments: tuple[str, ...], words: str):
    code, _, told = desk.type(*arguments)
    assert code in {1, 2}
    assert words in " ".join(told.split())


def test_ten_thousand_runs_are_listed_quickly(desk: Desk):
    import time  # noqa: PLC0415

    store = open_journal(desk.journal)
    store.database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
        " INSERT INTO runs (id, began, ended, reason, agents, opening, seed, fence)"
        " SELECT 'run ' || i, i, i, 'answered', 'user, assistant', 'Hello.', 'x', 1 FROM n"
    )
    took_s = 1.0
    for _ in range(3):
        began = time.process_time()
        assert len(list_runs(store)) == 10_001
        took_s = min(took_s, time.process_time() - began)
    store.close()
    assert took_s < 0.1
