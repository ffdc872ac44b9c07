"""Humans: at the console, behind a function, in a script."""

import builtins
import io
import sys
from typing import Any

import pytest

from autogen import ConversableAgent, UserProxyAgent, run_settings
from autogen.core.human import CallbackHuman
from autogen.events import InputRequested
from autogen.io import IOConsole, IOStream
from autogen.observers.terminal_human import ConsoleHuman
from autogen.testing import ScriptedHuman, ScriptedModel, drive


def question(prompt: str = "Well? ", *, source: str = "user", secret: bool = False) -> InputRequested:
    return InputRequested(source, "run", 1, 1, 0.0, prompt, secret)


def typed(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    raw = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw, encoding="utf-8"))


class Terminal(io.StringIO):
    """Standard input that says it is a terminal."""

    def isatty(self) -> bool:
        return True


async def test_it_is_said_who_asks_and_what(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(sys, "stdin", Terminal("Yes.\n"))
    assert await ConsoleHuman().ask(question()) == "Yes."
    assert capsys.readouterr().out == "user asks you:\nWell? "


async def test_what_comes_from_a_pipe_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    typed(monkeypatch, "Yes.\r\n")
    assert await ConsoleHuman().ask(question("Replying as user: ")) == "Yes."
    assert capsys.readouterr().out == "Replying as user: Yes.\n"


async def test_a_prompt_and_an_answer_cannot_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    typed(monkeypatch, "a\x1b[2J\n")
    assert await ConsoleHuman().ask(question("\x1b]0;x\x07\u202e? ", source="us\x1b[1mer\n")) == "a\x1b[2J"
    assert capsys.readouterr().out == "us\\x1b[1mer\\n asks you:\n\\x1b]0;x\\x07\\u202e? a\\x1b[2J\n"


@pytest.mark.parametrize("words", ["", " ", "exit", "日本"])
async def test_an_answer_is_the_line_as_it_was_typed(monkeypatch: pytest.MonkeyPatch, words: str):
    typed(monkeypatch, f"{words}\nnext\n")
    assert await ConsoleHuman().ask(question()) == words


async def test_the_end_of_the_input_is_no_answer(monkeypatch: pytest.MonkeyPatch):
    typed(monkeypatch, "")
    assert await ConsoleHuman().ask(question()) is None


async def test_a_line_that_cannot_be_read_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    class Stream(IOConsole):
        answers: Any = iter([UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "Yes."])

        def input(self, prompt: str = "", *, password: bool = False) -> str:
            answer = next(self.answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

    with IOStream.set_default(Stream()):
        assert await ConsoleHuman().ask(question("Replying as user")) == "Yes."
    assert "(That line could not be read as utf-8; please say it again.)" in capsys.readouterr().out


async def test_ten_megabytes_are_cut_and_the_human_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    typed(monkeypatch, "x" * 10_000_000 + "\n")
    words = await ConsoleHuman().ask(question())
    assert words == "x" * 1_000_000
    out = capsys.readouterr().out
    assert len(out) < 1_100_000
    assert out.endswith("(Only the first 1,000,000 of 10,000,000 characters are taken.)\n")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("input(): lost sys.stdin"),
        ValueError("I/O operation on closed file."),
        OSError(5, "EIO"),
        EOFError(),
    ],
)
async def test_no_input_to_read_from_is_nobody_there(monkeypatch: pytest.MonkeyPatch, error: Exception):
    def nothing(prompt: object = "") -> str:
        raise error

    monkeypatch.setattr(builtins, "input", nothing)
    assert await ConsoleHuman().ask(question()) is None


async def test_another_failure_of_the_input_is_not_swallowed(monkeypatch: pytest.MonkeyPatch):
    def broken(prompt: object = "") -> str:
        raise OSError(28, "No space")

    monkeypatch.setattr(builtins, "input", broken)
    with pytest.raises(OSError, match="No space"):
        await ConsoleHuman().ask(question())


async def test_a_failure_in_a_stream_of_the_application_is_not_swallowed():
    class Broken(IOConsole):
        def input(self, prompt: str = "", *, password: bool = False) -> str:
            raise RuntimeError("a bug of the application")

    with IOStream.set_default(Broken()), pytest.raises(RuntimeError, match="a bug of"):
        await ConsoleHuman().ask(question())


async def test_a_secret_is_read_without_showing_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    prompts: list[str] = []

    def getpass(prompt: str) -> str:
        prompts.append(prompt)
        return "hunter2"

    monkeypatch.setattr("getpass.getpass", getpass)
    assert await ConsoleHuman().ask(question("Key: ", secret=True)) == "hunter2"
    assert prompts == ["Key: "]
    assert "hunter2" not in capsys.readouterr().out
    assert IOConsole().input(password=True) == "hunter2"
    assert prompts[1] == "Password: "


def test_without_any_standard_input_nobody_is_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", None)
    bob = ConversableAgent("bob", model=ScriptedModel("Hi."), human_input_mode="NEVER")
    result = ConversableAgent("user", human_input_mode="ALWAYS").initiate_chat(bob, message="Hello?", silent=True)
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "no_human"


def ask_through(human: Any, api: str = "sync") -> Any:
    bob = ConversableAgent("bob", model=ScriptedModel("One.", "Two."), human_input_mode="NEVER")
    user = UserProxyAgent("user", human=human, code_execution_config=False)
    return drive(api, user.initiate_chat, bob, message="Count.", silent=True)


@pytest.mark.parametrize("api", ["sync", "async"])
@pytest.mark.parametrize("kind", ["sync", "async", "method"])
def test_a_function_stands_for_the_human(api: str, kind: str):
    answers = ["More.", "exit"]
    asked: list[str] = []

    def answer(question: InputRequested) -> str:
        asked.append(question.source)
        return answers[len(asked) - 1]

    async def later(question: InputRequested) -> str:
        return answer(question)

    class Desk:
        def answer(self, question: InputRequested) -> str:
            return answer(question)

    function: Any = {"sync": answer, "async": later, "method": Desk().answer}[kind]
    assert ask_through(CallbackHuman(function), api).human_input == answers
    assert asked == ["user", "user"]


@pytest.mark.parametrize("human", [CallbackHuman(lambda question: None), ScriptedHuman(None)])
def test_a_human_who_does_not_answer_ends_the_chat(human: Any):
    result = ask_through(human)
    assert (result.stop_reason.kind, result.human_input) == ("no_human", [])


def test_a_human_of_the_run_answers_for_agents_without_one():
    human = ScriptedHuman("exit")
    with run_settings(human=human):
        assert ask_through(None).human_input == ["exit"]
    assert [asked.source for asked in human.questions] == ["user"]


def test_the_error_of_a_function_ends_the_chat_and_keeps_it():
    def broken(question: InputRequested) -> str:
        raise LookupError("the desk is closed")

    with pytest.raises(LookupError, match="the desk is closed"):
        ask_through(CallbackHuman(broken))


def test_a_script_that_is_too_short_says_so():
    with pytest.raises(AssertionError, match="ScriptedHuman has 1 answers and was asked 2 times"):
        ask_through(ScriptedHuman("More."))


@pytest.mark.parametrize("api", ["sync", "async"])
def test_an_override_of_get_human_input_is_asked_instead(api: str):
    class Desk(ConversableAgent):
        def get_human_input(self, prompt: str, iostream: Any = None) -> str:
            return "exit"

    bob = ConversableAgent("bob", model=ScriptedModel("One."), human_input_mode="NEVER")
    desk = Desk("desk", human_input_mode="ALWAYS")
    result = drive(api, desk.initiate_chat, bob, message="Count.", silent=True)
    assert result.human_input == ["exit"]
