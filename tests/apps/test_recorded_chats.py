"""`autogen chat` records what is said, and `autogen resume` goes on with it; where it cannot record, the chat goes on."""

from __future__ import annotations

import io
import resource
import subprocess
from typing import TYPE_CHECKING

import pytest

from autogen import AssistantAgent
from autogen.apps.commands import run_command
from autogen.apps.records.keeping import Record, default_place, told_place
from autogen.stores.sharing import journal_at
from autogen.stores.shelf import list_runs
from autogen.testing import ScriptedModel
from tests.apps.command import AUTOGEN, environment, of_server
from tests.servers.openai_server import Hang, OpenAIServer, reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = ("home", ".local", "state", "autogen", "journal.db")


def listed(folder: Path) -> list[tuple[str, str, int | None]]:
    with journal_at(folder.joinpath(*KEPT)) as opened:
        return [(run.id, run.state, run.messages) for run in list_runs(opened)]


class Desk:
    """The command line, in this process, of somebody who lives in a folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HOME", str(folder / "home"))
        monkeypatch.delenv("XDG_STATE_HOME", raising=False)

    def serve(self, server: OpenAIServer) -> None:
        for name, value in of_server(server.url).items():
            self._monkeypatch.setenv(name, value)

    def type(self, *arguments: str, types: str = "") -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(types))
        code = run_command(list(arguments))
        told = self._capsys.readouterr()
        return code, told.out, told.err


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


def test_a_chat_that_its_person_has_ended_goes_on_as_another(desk: Desk, tmp_path: Path):
    with OpenAIServer(reply("The first answer."), reply("The second answer.")) as server:
        desk.serve(server)
        code, _, told = desk.type("chat", "Hello.", "--human", "always", types="exit\n")
        assert (code, told) == (0, "")
        ((run, state, messages),) = listed(tmp_path)
        assert (state, messages) == ("exit", 2)
        _, said, told = desk.type("resume", run, types="And then?\nexit\n")
    assert told == f"The chat {run} was over (exit). It goes on as {run}-2.\n"
    assert said.startswith("assistant -> user_proxy:\n    The first answer.\n")
    assert f"{run}-2 GOES ON after 2 recorded messages" in said
    assert "The second answer." in said
    assert listed(tmp_path) == [(f"{run}-2", "exit", 4), (run, "exit", 2)]
    assert run in desk.type("journal", "ls")[1]


def test_a_chat_that_was_killed_goes_on_where_it_was(desk: Desk, tmp_path: Path):
    with OpenAIServer(reply("The first answer."), [Hang()]) as server:
        process = subprocess.Popen(
            [AUTOGEN, "chat", "Hello.", "--json", "--max-turns", "2"],
            cwd=tmp_path,
            env=environment(tmp_path, **of_server(server.url)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        with process.stdout:
            steps = 0
            for line in process.stdout:
                steps += b"StepStarted" in line
                if steps == 2:
                    break
            process.kill()
            process.wait(10)
    with OpenAIServer(reply("The second answer.")) as server:
        ((run, *_),) = listed(tmp_path)
        desk.serve(server)
        code, said, told = desk.type("resume", run)
        assert len(server.requests) == 1
    assert (code, told, "The second answer." in said) == (0, "", True)
    assert listed(tmp_path) == [(run, "max_turns", 4)]
    told = f"The chat {run} is over (max_turns), and there is nothing to go on with.\n"
    assert desk.type("resume", run) == (0, "", told)


def test_a_chat_need_not_be_recorded(desk: Desk, tmp_path: Path):
    with OpenAIServer(reply("It is 42.\n\nTERMINATE")) as server:
        desk.serve(server)
        assert desk.type("chat", "6 * 7?", "--no-journal")[0] == 0
    assert not (tmp_path / "home").exists()
    code, _, told = desk.type("journal", "ls")
    assert (code, "'autogen chat' makes it" in " ".join(told.replace("│", " ").split())) == (2, True)


def test_another_journal_can_be_named_and_then_it_must_be_usable(desk: Desk, tmp_path: Path):
    with OpenAIServer(reply("It is 42.\n\nTERMINATE")) as server:
        desk.serve(server)
        assert desk.type("chat", "?", "--journal", "own.db")[0] == 0
        code, _, told = desk.type("chat", "?", "--journal", "none/own.db")
    assert (tmp_path / "own.db").is_file()
    assert (code, "there is no folder" in told) == (1, True)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("own place.db", " --journal 'own place.db'"),
        ("postgresql://ann:secret@db/work", " --journal postgresql://ann@db/work"),
        ("usual.db", ""),
    ],
)
def test_how_to_go_on_names_the_journal_where_it_is_needed_and_no_password(
    place: str, told: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AUTOGEN_JOURNAL", "usual.db")
    assert told_place(Record(place, "job", {})) == told


def test_the_place_is_that_of_the_state_of_programs(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert default_place() == str(tmp_path / "state" / "autogen" / "journal.db")
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")
    assert default_place() == str(tmp_path.joinpath(*KEPT))


def test_without_a_place_a_warning_is_given_once_and_the_chat_goes_on(desk: Desk, tmp_path: Path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".local").write_text("This is not a folder.")
    with OpenAIServer(reply("More."), reply("TERMINATE")) as server:
        desk.serve(server)
        code, said, told = desk.type("chat", "Talk.")
    assert (code, "More." in said, told.count("\n")) == (0, True, 1)
    assert told.startswith("[warning] This chat is not recorded from here on, and goes on: ")


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Files can grow to 45 kB: a journal can be made, and hold not much more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (45_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("full_disk")
def test_when_the_disk_is_full_a_warning_is_given_once_and_the_chat_goes_on(desk: Desk):
    with OpenAIServer(*(reply(f"{letter * 20_000}") for letter in "abcd")) as server:
        desk.serve(server)
        code, said, told = desk.type("chat", "Talk.", "--max-turns", "4")
    assert (code, told.count("\n")) == (0, 1)
    assert told.startswith("[warning] This chat is not recorded from here on, and goes on: ")
    assert "d" * 20_000 in said.replace("\n", "")


def test_what_another_program_has_begun_needs_its_program(desk: Desk):
    AssistantAgent("a", model=ScriptedModel("Done.")).run_sync("Go.", journal="own.db", run_id="job")
    code, _, told = desk.type("resume", "job", "--journal", "own.db")
    assert (code, "autogen resume job PROGRAM" in told) == (1, True)
