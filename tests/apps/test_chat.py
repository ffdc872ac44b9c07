"""`autogen chat`, in real processes against a model server on this machine."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from autogen.events import MessageSent, from_dict
from tests.apps.command import AUTOGEN, autogen, environment, of_server, processes_with, without_sandboxes
from tests.apps.demo_picture import PROMPT
from tests.apps.terminal import ENTER, Terminal, plain
from tests.servers.openai_server import Hang, OpenAIServer, reply, status

if TYPE_CHECKING:
    from pathlib import Path

COMPUTE = "I compute it.\n```python\nopen('answer.txt', 'w').write('42')\nprint(6 * 7)\n```"
SUMMARY = "It is 42.\n\nTERMINATE"


def said(output: str) -> list[tuple[str, str]]:
    """Return who said what, as lines of JSON tell it; each line must be an event."""
    events = [from_dict(json.loads(line)) for line in output.splitlines()]
    return [(event.source, str(event.message.get("content"))) for event in events if isinstance(event, MessageSent)]


def test_a_chat_without_a_terminal_asks_nobody_and_runs_the_code_in_the_work_dir(tmp_path: Path):
    with OpenAIServer(reply(COMPUTE), reply(SUMMARY)) as server:
        ended = autogen("chat", "6 * 7?", "--work-dir", "made/here", folder=tmp_path, **of_server(server.url))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert PROMPT not in ended.stdout
    assert "Code output: \n42\n" in ended.stdout
    assert ended.stdout.endswith("ended: user_proxy saw a termination message\n")
    assert (tmp_path / "made" / "here" / "answer.txt").read_text() == "42"


def test_json_lines_are_events_and_nothing_else(tmp_path: Path):
    with OpenAIServer(reply(COMPUTE), reply(SUMMARY)) as server:
        ended = autogen("chat", "-", "--json", folder=tmp_path, types="6 * 7?", **of_server(server.url))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert said(ended.stdout) == [
        ("user_proxy", "6 * 7?"),
        ("assistant", COMPUTE),
        ("user_proxy", "exitcode: 0 (execution succeeded)\nCode output: \n42\n"),
        ("assistant", SUMMARY),
    ]


def test_with_json_a_person_is_asked_on_standard_error(tmp_path: Path):
    options = ("--json", "--human", "always")
    with OpenAIServer(reply("Which one?"), reply("TERMINATE")) as server:
        ended = autogen("chat", "Choose.", *options, folder=tmp_path, types="the first\n", **of_server(server.url))
    assert ended.returncode == 0
    assert said(ended.stdout)[2] == ("user_proxy", "the first")
    assert ended.stderr.count(PROMPT) == 2
    assert f"{PROMPT}the first\n" in ended.stderr


def test_a_chat_stops_when_nobody_reads_its_events_any_more(tmp_path: Path):
    with OpenAIServer(reply("More.")) as server:
        process = subprocess.Popen(
            [AUTOGEN, "chat", "Talk.", "--json", "--max-turns", "90"],
            cwd=tmp_path,
            env=environment(tmp_path, **of_server(server.url)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"RunStarted" in process.stdout.readline()
        process.stdout.close()
        assert process.wait(20) == 1
        assert process.stderr.read() == b""
        process.stderr.close()
    assert len(server.requests) < 90


def test_the_end_of_input_ends_a_chat_that_asks(tmp_path: Path):
    with OpenAIServer(reply("Yes?")) as server:
        ended = autogen("chat", "Hello.", "--human", "ALWAYS", folder=tmp_path, **of_server(server.url))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "ended: user_proxy was asked, and nobody is there to answer (end of input)" in ended.stdout


def test_max_turns_bounds_the_messages_of_the_assistant(tmp_path: Path):
    with OpenAIServer(reply("More.")) as server:
        ended = autogen("chat", "Talk.", "--max-turns", "2", folder=tmp_path, **of_server(server.url))
    assert ended.returncode == 0
    assert "ended: max_turns=2 is reached" in ended.stdout
    assert len(server.requests) == 2
    assert server.requests[1].body["messages"][-1]["content"].startswith("Go on.")


def sleeping(terminal: Terminal, marker: str) -> None:
    """Let the program run that the model has written, until its two processes sleep."""
    terminal.wait_for(PROMPT)
    terminal.type(ENTER)
    deadline = time.monotonic() + 20
    while len(processes_with(marker)) < 2:
        assert time.monotonic() < deadline


def all_gone(marker: str) -> bool:
    """Tell whether the processes end; one that was killed takes a moment to do so."""
    deadline = time.monotonic() + 2
    while processes_with(marker) and time.monotonic() < deadline:
        pass
    return not processes_with(marker)


def a_sleep() -> str:
    """Return a command that no other process has."""
    return f"sleep {1_000_000_000 + time.time_ns() % 1_000_000_000}"


def test_ctrl_c_stops_running_code_and_leaves_no_process_behind(tmp_path: Path):
    marker = a_sleep()
    with (
        OpenAIServer(reply(f"```sh\n{marker} &\n{marker}\n```")) as server,
        Terminal([AUTOGEN, "chat", "Sleep."], tmp_path, environment(tmp_path, **of_server(server.url))) as terminal,
    ):
        sleeping(terminal, marker)
        assert terminal.stops_at_once() == 130
        assert all_gone(marker)
        told = plain(terminal.raw).partition("ended: interrupted from outside\n\n")[2]
        assert re.fullmatch(r"It is recorded\. Go on with it: autogen resume \w{8}\n\nStopped\.\n", told)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_chat_that_is_terminated_takes_bare_processes_with_it(number: signal.Signals, tmp_path: Path):
    marker, commands = a_sleep(), tmp_path / "commands"
    commands.mkdir()
    for name in ("sh", "sleep"):  # and no bwrap
        (commands / name).symlink_to(f"/bin/{name}")
    variables = environment(tmp_path, **without_sandboxes(tmp_path, commands))
    with (
        OpenAIServer(reply(f"```sh\n{marker} &\n{marker}\n```")) as server,
        Terminal(
            [AUTOGEN, "chat", "Sleep.", "--accept-no-isolation"], tmp_path, {**variables, **of_server(server.url)}
        ) as terminal,
    ):
        sleeping(terminal, marker)
        terminal.process.send_signal(number)
        assert terminal.ended() == 130
        assert all_gone(marker)


def test_ctrl_c_stops_waiting_for_a_model(tmp_path: Path):
    with (
        OpenAIServer([Hang()]) as server,
        Terminal([AUTOGEN, "chat", "Hello."], tmp_path, environment(tmp_path, **of_server(server.url))) as terminal,
    ):
        server.wait_for_requests(1)
        assert terminal.stops_at_once() == 130


def test_a_failure_is_told_in_plain_words(tmp_path: Path):
    with OpenAIServer(status(401)) as server:
        ended = autogen("chat", "Hello.", folder=tmp_path, **of_server(server.url))
    assert ended.returncode == 1
    assert "refuses the key or the permission (HTTP 401)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_model_three_lines_say_what_to_set(tmp_path: Path):
    ended = autogen("chat", "Hello.", folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("No model is configured.")
    assert len(ended.stderr.splitlines()) == 3


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_chat_works_without_one_of_the_standard_streams(closed: str, tmp_path: Path):
    with OpenAIServer(reply("TERMINATE")) as server:
        ended = subprocess.run(
            ["/bin/sh", "-c", f"{AUTOGEN} chat Hello. {closed}"],
            env=environment(tmp_path, **of_server(server.url)),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(server.requests) == 1
