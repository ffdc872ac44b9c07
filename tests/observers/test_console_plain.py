"""The console where there is no terminal: files, pipes, streams of the application."""

import contextvars
import io
import sys
import threading
from typing import Any

import pytest

from autogen import ConversableAgent, UserProxyAgent, run_settings
from autogen.io import IOConsole, IOStream
from autogen.observers.console import ConsoleObserver
from autogen.testing import ScriptedHuman, ScriptedModel, calls, drive
from tests.observers.screens import Printer, open_terminal, settled

RULE = "-" * 80
CHAT = f"""ann (to bob):

Hello.

{RULE}
bob (to ann):

Good day.

{RULE}
2 turns, 1 model call, 13 tokens, $0.00, N s; ended: max_turns=1 is reached
"""


def talker(name: str, *replies: Any, **options: Any) -> ConversableAgent:
    return ConversableAgent(name, model=ScriptedModel(*replies), human_input_mode="NEVER", **options)


def greet(said: str = "Good day.", **options: Any) -> Any:
    return talker("ann").initiate_chat(talker("bob", said), message="Hello.", max_turns=1, **options)


class Kept(IOStream):
    """A stream of an application: keeps what is printed."""

    def __init__(self, *answers: str) -> None:
        self.written, self._answers = "", list(answers)

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
        self.written += sep.join(map(str, objects)) + end

    def input(self, prompt: str = "", *, password: bool = False) -> str:
        self.written += prompt
        if not self._answers:
            raise EOFError
        return self._answers.pop(0)


def test_a_pipe_gets_plain_text(capsys: pytest.CaptureFixture[str]):
    greet()
    assert settled(capsys.readouterr().out) == CHAT


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_gets_plain_text_where_that_is_wanted(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    terminal = open_terminal(monkeypatch)
    monkeypatch.setenv(name, value)
    greet()
    assert settled(terminal.getvalue()) == CHAT


def test_a_silent_chat_shows_nothing(capsys: pytest.CaptureFixture[str]):
    greet(silent=True)
    assert capsys.readouterr().out == ""


def test_observers_of_ones_own_take_the_place_of_the_console(capsys: pytest.CaptureFixture[str]):
    with run_settings(observers=[]):
        greet()
    assert capsys.readouterr().out == ""


def test_a_reply_streamed_to_a_file_reads_as_one_that_is_not(capsys: pytest.CaptureFixture[str]):
    with run_settings(observers=[ConsoleObserver(stream_tokens=True)]):
        greet()
    assert settled(capsys.readouterr().out) == CHAT


def test_code_says_what_it_runs_and_how_it_ended(capsys: pytest.CaptureFixture[str]):
    executor = {"executor": Printer(0, "\na\x1b[2Jb\n")}
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=executor)
    coder = talker("coder", "```sh\nclear\n```", "TERMINATE")
    user.initiate_chat(coder, message="Go.", max_turns=2)
    shown = settled(capsys.readouterr().out).split(RULE)[2]
    assert shown == (
        "\n>>>>>>>> EXECUTING CODE BLOCK (inferred language is sh, 1 line)...\n>>>>>>>> EXIT CODE 0 after N s\n"
        "user (to coder):\n\nexitcode: 0 (execution succeeded)\nCode output: \na\\x1b[2Jb\n\n"
    )


def test_what_code_printed_comes_before_a_message_that_does_not_tell_it(capsys: pytest.CaptureFixture[str]):
    executor = {"executor": Printer(0, "one\ntwo\n")}
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=executor)

    def look() -> str:
        """Look."""
        return f"{user.execute_code_blocks([('sh', 'look')])[0]}"

    user.register_function({"look": look})
    coder = ConversableAgent("coder", model=ScriptedModel(calls("look"), "TERMINATE"), human_input_mode="NEVER")
    user.initiate_chat(coder, message="Go.", max_turns=2)
    shown = capsys.readouterr().out
    assert "\none\ntwo\nuser (to coder):\n\n***** Response from calling tool" in shown


def test_long_output_of_code_gives_way_in_the_middle(capsys: pytest.CaptureFixture[str]):
    executor = {"executor": Printer(0, "\n" + "".join(f"{number}\n" for number in range(1, 1001)))}
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=executor)
    user.initiate_chat(talker("coder", "```sh\nseq 1000\n```", "TERMINATE"), message="Go.", max_turns=2)
    shown = capsys.readouterr().out
    assert "\n24\n[... 962 more lines, 3,773 characters ...]\n987\n" in shown
    assert "\n1000\n" in shown


def test_messages_of_every_kind_are_shown(capsys: pytest.CaptureFixture[str]):
    with run_settings(observers=[ConsoleObserver(fold_lines=None)]):
        image = [{"type": "text", "text": "Look: "}, {"type": "image_url", "image_url": {"url": "data:,"}}]
        talker("ann").initiate_chat(talker("bob", "ok"), message={"content": image}, max_turns=1)
        call = {"content": None, "function_call": {"name": "f", "arguments": "{}"}}
        talker("ann").send(call, talker("bob"), request_reply=False)
        talker("ann").send({"role": "function", "name": "f", "content": "3"}, talker("bob"), request_reply=False)
        talker("ann").send({"role": "tool", "tool_call_id": "1", "content": "4"}, talker("bob"), request_reply=False)
    parts = [part.strip() for part in settled(capsys.readouterr().out).split(RULE)]
    assert parts[0] == "ann (to bob):\n\nLook: <image>"
    assert parts[2].endswith("***** Suggested function call: f *****\nArguments: \n{}\n" + "*" * 38)
    assert parts[3].endswith("***** Response from calling function (f) *****\n3\n" + "*" * 46)
    assert parts[4].endswith("***** Response from calling tool (1) *****\n4\n" + "*" * 42)


def test_a_failure_is_told_in_the_last_lines(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(RuntimeError):
        talker("ann").initiate_chat(talker("bob", RuntimeError("gone \x1b[31m\nfor good")), message="Hello.")
    assert settled(capsys.readouterr().out).split(RULE)[1] == (
        "\n>>>>>>>> FAILED: scripted after N s: RuntimeError: gone \\x1b[31m\\nfor good\n"
        "1 turn, N s; ended: RuntimeError: gone \\x1b[31m\n"
    )


def test_text_goes_to_the_stream_that_is_set(capsys: pytest.CaptureFixture[str]):
    kept = Kept()
    with IOStream.set_default(kept):
        greet()
    assert (settled(kept.written), capsys.readouterr().out) == (CHAT, "")


def test_streams_nest_and_none_means_that_of_the_process():
    first, second = Kept(), Kept()
    seen: list[Any] = []
    with IOStream.set_default(first):
        with IOStream.set_default(second):
            seen.append(IOStream.get_default())
            with IOStream.set_default(None):
                seen.append(type(IOStream.get_default()))
        seen.append(IOStream.get_default())
    assert seen == [second, IOConsole, first]
    assert type(IOStream.get_default()) is IOConsole


def test_each_thread_and_context_has_a_stream_of_its_own():
    kept, seen = Kept(), list[Any]()
    with IOStream.set_default(kept):
        thread = threading.Thread(target=lambda: seen.append(type(IOStream.get_default())))
        thread.start()
        thread.join()
        seen.append(contextvars.copy_context().run(IOStream.get_default))
    assert seen == [IOConsole, kept]


def test_a_stream_of_the_process_serves_all_threads():
    kept, before = Kept(), IOStream.get_global_default()
    IOStream.set_global_default(kept)
    try:
        thread = threading.Thread(target=greet)
        thread.start()
        thread.join()
    finally:
        IOStream.set_global_default(before)
    assert settled(kept.written) == CHAT


def test_the_human_is_asked_through_the_stream_that_is_set():
    kept = Kept("More.", "exit")
    user = UserProxyAgent("user", code_execution_config=False)
    with IOStream.set_default(kept):
        result = user.initiate_chat(talker("bob", "One.", "Two."), message="Count.")
    assert result.human_input == ["More.", "exit"]
    assert kept.written.count("Replying as user. Provide feedback to bot") == 0
    assert kept.written.count("Replying as user. Provide feedback to bob. Press enter") == 2


class _Closing(io.StringIO):
    """Fails at the third write, as a pipe does whose reader has left."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error, self._left = error, 3

    def write(self, text: str) -> int:
        self._left -= 1
        if not self._left:
            raise self._error
        assert self._left > 0, "nothing is written to a closed stream"
        return len(text)


@pytest.mark.parametrize(
    "error", [BrokenPipeError(32, "Broken pipe"), ValueError("I/O operation on closed file"), OSError(5, "EIO")]
)
def test_a_chat_goes_on_when_nobody_reads_any_more(monkeypatch: pytest.MonkeyPatch, error: Exception):
    monkeypatch.setattr(sys, "stdout", _Closing(error))
    assert greet().summary == "Good day."


def test_a_full_disk_is_told_in_one_line_and_the_chat_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    assert greet().summary == "Good day."
    said = "The console is not shown any more ([Errno 28] No space left on device); the run goes on."
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [(said, None)]


@pytest.mark.parametrize("has_terminal", [True, False])
def test_what_the_encoding_cannot_say_is_written_out(monkeypatch: pytest.MonkeyPatch, has_terminal: bool):
    raw = io.BytesIO()
    monkeypatch.setenv("TERM", "xterm")
    stdout = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    monkeypatch.setattr(stdout, "isatty", lambda: has_terminal, raising=False)
    monkeypatch.setattr(sys, "stdout", stdout)
    greet("Grüße")
    assert b"Gr\\xfc\\xdfe" in raw.getvalue()


def test_no_standard_output_at_all_is_no_failure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert greet().summary == "Good day."


def test_two_chats_at_once_each_keep_to_their_stream():
    streams = [Kept(), Kept()]
    barrier = threading.Barrier(2)

    def chat(stream: Kept) -> None:
        with IOStream.set_default(stream):
            barrier.wait()
            greet()

    threads = [threading.Thread(target=chat, args=(stream,)) for stream in streams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [settled(stream.written) for stream in streams] == [CHAT, CHAT]


def test_auto_replies_are_told(capsys: pytest.CaptureFixture[str]):
    user = ConversableAgent(
        "user", human_input_mode="TERMINATE", human=ScriptedHuman(""), default_auto_reply="Go on.", llm_config=False
    )
    user.initiate_chat(talker("bob", "One.", "TERMINATE"), message="Count.")
    assert settled(capsys.readouterr().out).split(RULE)[2].startswith("\n>>>>>>>> USING AUTO REPLY...\nuser (to bob):")


@pytest.mark.parametrize("api", ["sync", "async"])
def test_a_stream_that_is_handed_over_asks_the_human(api: str):
    kept, user = Kept("Yes."), UserProxyAgent("user", human=ScriptedHuman(), code_execution_config=False)
    assert drive(api, user.get_human_input, "Well? ", iostream=kept) == "Yes."
    assert kept.written == "user asks you:\nWell? "


def test_an_override_may_ask_through_another_stream():
    kept = Kept("exit")

    class User(UserProxyAgent):
        def get_human_input(self, prompt: str, iostream: Any = None) -> str:
            return super().get_human_input(prompt, iostream=kept)

    user = User("user", code_execution_config=False)
    assert user.initiate_chat(talker("bob", "One."), message="Count.", silent=True).human_input == ["exit"]
    assert kept.written.startswith("Replying as user.")
