"""`autogen chat` records what is said, and `autogen resume` goes on with it; where it cannot record, the chat goes on."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from autogen.stores.sharing import journal_at
from autogen.stores.shelf import list_runs
from tests.apps.command import AUTOGEN, autogen, environment, of_server
from tests.servers.openai_server import Hang, OpenAIServer, reply

if TYPE_CHECKING:
    from pathlib import Path

KEPT = ("home", ".local", "state", "autogen", "journal.db")


def listed(folder: Path) -> list[tuple[str, str, int | None]]:
    with journal_at(folder.joinpath(*KEPT)) as opened:
        return [(run.id, run.state, run.messages) for run in list_runs(opened)]


def test_a_chat_that_its_person_has_ended_goes_on_as_another(tmp_path: Path):
    with OpenAIServer(reply("The first answer."), reply("The second answer.")) as server:
        place = of_server(server.url)
        ended = autogen("chat", "Hello.", "--human", "always", folder=tmp_path, types="exit\n", **place)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert tmp_path.joinpath(*KEPT).is_file()
        ((run, state, messages),) = listed(tmp_path)
        assert (state, messages) == ("exit", 2)
        again = autogen("resume", run, folder=tmp_path, types="And then?\nexit\n", **place)
    assert again.stderr == f"The chat {run} was over (exit). It goes on as {run}-2.\n"
    assert again.stdout.startswith("assistant -> user_proxy:\n    The first answer.\n")
    assert f"{run}-2 GOES ON after 2 recorded messages" in again.stdout
    assert "The second answer." in again.stdout
    assert listed(tmp_path) == [(f"{run}-2", "exit", 4), (run, "exit", 2)]
    assert run in autogen("journal", "ls", folder=tmp_path).stdout


def test_a_chat_that_was_killed_goes_on_where_it_was(tmp_path: Path):
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
        again = autogen("resume", run, folder=tmp_path, **of_server(server.url))
        assert len(server.requests) == 1
    assert (again.returncode, again.stderr) == (0, "")
    assert "The second answer." in again.stdout
    assert listed(tmp_path) == [(run, "max_turns", 4)]
    over = autogen("resume", run, folder=tmp_path)
    assert (over.returncode, over.stdout) == (0, "")
    assert over.stderr == f"The chat {run} is over (max_turns), and there is nothing to go on with.\n"


def test_a_chat_need_not_be_recorded(tmp_path: Path):
    with OpenAIServer(reply("It is 42.\n\nTERMINATE")) as server:
        assert autogen("chat", "6 * 7?", "--no-journal", folder=tmp_path, **of_server(server.url)).returncode == 0
    assert not (tmp_path / "home").exists()
    told = autogen("journal", "ls", folder=tmp_path)
    assert told.returncode == 2
    assert "'autogen chat' makes it" in " ".join(told.stderr.replace("│", " ").split())


def test_another_journal_can_be_named_and_then_it_must_be_usable(tmp_path: Path):
    with OpenAIServer(reply("It is 42.\n\nTERMINATE")) as server:
        place = of_server(server.url)
        assert autogen("chat", "?", "--journal", "own.db", folder=tmp_path, **place).returncode == 0
        refused = autogen("chat", "?", "--journal", "none/own.db", folder=tmp_path, **place)
    assert (tmp_path / "own.db").is_file()
    assert (refused.returncode, "there is no folder" in refused.stderr) == (1, True)


@pytest.mark.parametrize("fault", ["no home", "full disk"])
def test_where_nothing_can_be_recorded_a_warning_is_given_once_and_the_chat_goes_on(tmp_path: Path, fault: str):
    (tmp_path / "home").mkdir()
    if fault == "no home":
        (tmp_path / "home" / ".local").write_text("This is not a folder.")
    limit = "ulimit -f 90; " if fault == "full disk" else ""  # of 512 bytes: the file is made, and not much more
    with OpenAIServer(*(reply(f"{letter * 20_000}") for letter in "abcd")) as server:
        ended = subprocess.run(
            ["sh", "-c", f'{limit}exec "{AUTOGEN}" chat Talk. --max-turns 4'],  # noqa: S607 - the shell of this machine
            cwd=tmp_path,
            env=environment(tmp_path, **of_server(server.url)),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
    assert ended.returncode == 0
    assert ended.stderr.count("[warning]") == ended.stderr.count("\n") == 1
    assert "is not recorded from here on, and goes on" in ended.stderr
    assert "d" * 20_000 in ended.stdout.replace("\n", "")


def test_what_another_program_has_begun_needs_its_program(tmp_path: Path):
    (tmp_path / "job.py").write_text(
        "from autogen import AssistantAgent\nfrom autogen.testing import ScriptedModel\n"
        "AssistantAgent('a', model=ScriptedModel('Done.')).run_sync('Go.', journal='own.db', run_id='job')\n"
    )
    subprocess.run(["python", "job.py"], cwd=tmp_path, env=environment(tmp_path), check=True, timeout=30)  # noqa: S607 - ours
    told = autogen("resume", "job", "--journal", "own.db", folder=tmp_path)
    assert told.returncode == 1
    assert "autogen resume job PROGRAM" in told.stderr
