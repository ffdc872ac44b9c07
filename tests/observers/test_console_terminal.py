"""The console on a terminal: whole screens as a person sees them."""

from typing import Any

import pytest

from autogen import AssistantAgent, ConversableAgent, UserProxyAgent, run_settings
from autogen.errors import IncompleteReply, ModelUnavailable
from autogen.events import (
    ChatStarted,
    MessageSent,
    NoticeRaised,
    RunEnded,
    RunStarted,
    StepEnded,
    StepStarted,
    TokenStreamed,
)
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.retry import RetryingModel
from autogen.observers.console import ConsoleObserver
from autogen.stop_reason import StopReason
from autogen.testing import FaultyModel, ScriptedHuman, ScriptedModel, calls, cut_after
from tests.observers.screens import Printer, lines, open_terminal

EVIL = "a\x1b[31mb\x1b]0;title\x07c\x1b[2Jd\u202ee\u2066f\x00g\rh\x9b1mi\x7fj\ud800k"
NEUTRAL = r"a\x1b[31mb\x1b]0;title\x07c\x1b[2Jd\u202ee\u2066f\x00g\rh\x9b1mi\x7fj\ud800k"


def talker(name: str, *replies: Any, **options: Any) -> ConversableAgent:
    return ConversableAgent(name, model=ScriptedModel(*replies), human_input_mode="NEVER", **options)


def test_a_chat_shows_who_speaks_to_whom_and_what_it_took(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)
    talker("ann").initiate_chat(talker("bob", "# Good day\nto *you*"), message="Hello.", max_turns=1)
    assert terminal.rows() == lines("""
        ann (to bob):

        Hello.

        ---
        bob (to ann):

        # Good day
        to *you*

        ---
        2 turns, 1 model call, 15 tokens, $0.00, N s; ended: max_turns=1 is reached
    """)


def test_code_and_its_result_are_shown_once(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)
    program = "I compute:\n```python\nfor n in range(2):\n    print(n)\nraise SystemExit(3)\n```"
    assistant = AssistantAgent("assistant", "Help.", model=ScriptedModel(program, "So be it."))
    executor = {"executor": Printer(3, "\n0\n1\n")}
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=executor)
    user.initiate_chat(assistant, message="Go.", max_turns=2)
    assert terminal.rows() == lines("""
        user (to assistant):

        Go.

        ---
        assistant (to user):

        I compute:
        ```python
        for n in range(2):
            print(n)
        raise SystemExit(3)
        ```

        ---
        >>>>>>>> EXECUTING CODE BLOCK (inferred language is python, 3 lines)...
        >>>>>>>> EXIT CODE 3 after N s
        user (to assistant):

        exitcode: 3 (execution failed)
        Code output:
        0
        1

        ---
        assistant (to user):

        So be it.

        ---
        4 turns, 2 model calls, 58 tokens, $0.00, N s; ended: max_turns=2 is reached
    """)


def add(a: int, b: int) -> int:
    """Add."""
    return a + b


def fail(why: str) -> str:
    """Fail."""
    raise ValueError(why)


def test_tool_calls_and_their_answers_are_shown(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)
    assistant = talker("assistant", calls(add, a=1, b=2) | calls(fail, why="no \x1b[1m"), "It is 3.")
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    user.register_function({"add": add, "fail": fail})
    user.initiate_chat(assistant, message="1 + 2?", max_turns=2)
    assert terminal.rows() == lines(r"""
        user (to assistant):

        1 + 2?

        ---
        assistant (to user):

        ***** Suggested tool call (call_1): add *****
        Arguments:
        {"a": 1, "b": 2}
        *********************************************
        ***** Suggested tool call (call_2): fail *****
        Arguments:
        {"why": "no \u001b[1m"}
        **********************************************

        ---
        >>>>>>>> EXECUTING FUNCTION add...
        >>>>>>>> EXECUTING FUNCTION fail...
        user (to assistant):

        ***** Response from calling tool (call_1) *****
        3
        ***********************************************
        ***** Response from calling tool (call_2) *****
        Error: no \x1b[1m
        ***********************************************

        ---
        assistant (to user):

        It is 3.

        ---
        4 turns, 2 model calls, 45 tokens, $0.00, N s; ended: max_turns=2 is reached
    """)


def test_a_nested_chat_is_indented_and_named(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch, 60)
    inner, writer, user = talker("critic", "Too\nlong."), talker("writer", "unused"), talker("user")

    def review(recipient: Any, messages: Any, sender: Any, config: Any) -> tuple[bool, str]:
        return True, recipient.initiate_chat(inner, message="Draft.", max_turns=1).summary

    writer.register_reply(user, review)
    user.initiate_chat(writer, message="Write.", max_turns=1)
    rule, inner_rule = "─" * 59, "│ " + "─" * 57
    assert terminal.rows(60) == [
        *["user (to writer):", "", "Write.", "", rule],
        "│ >>>>>>>> NESTED CHAT: writer, critic",
        *["│ writer (to critic):", "│", "│ Draft.", "│", inner_rule],
        *["│ critic (to writer):", "│", "│ Too", "│ long.", "│", inner_rule],
        "│ >>>>>>>> NESTED CHAT ENDED: max_turns=1 is reached",
        *["writer (to user):", "", "Too", "long.", "", rule],
        "2 turns, 1 model call, 13 tokens, $0.00, N s",
        "ended: max_turns=1 is reached",
    ]


def test_forty_columns_and_wide_characters_stay_readable(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch, 40)
    wide = "```python\nprint('日本語の文章はとても広いです')\nxy = '" + "広" * 20 + "'\n```"
    talker("ann").initiate_chat(talker("bob", wide), message="今日は", max_turns=1)
    assert terminal.rows(40) == [
        *["ann (to bob):", "", "今日は", "", "─" * 39],
        *["bob (to ann):", "", "```python", "print('日本語の文章はとても広いです')"],
        *["xy = '" + "広" * 17, "広広広'", "```", "", "─" * 39],
        *["2 turns, 1 model call, 26 tokens, $0.00,", " N s", "ended: max_turns=1 is reached"],
    ]


def test_reasoning_is_shown_before_the_reply(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)

    class Thinker:
        name = "thinker"

        async def create(self, request: ModelRequest) -> ModelReply:
            if request.on_delta is not None:
                request.on_delta("Let me \x1b[31m", "reasoning")
                request.on_delta("think.", "reasoning")
                request.on_delta("It is 3.", "content")
            return ModelReply({"role": "assistant", "content": "It is 3."}, self.name)

    bob = ConversableAgent("bob", model=Thinker(), human_input_mode="NEVER")
    talker("ann").initiate_chat(bob, message="1 + 2?", max_turns=1)
    assert terminal.rows()[5:10] == ["bob (to ann):", "", r"Let me \x1b[31mthink.", "", "It is 3."]


@pytest.mark.parametrize("is_streamed", [True, False])
def test_nothing_that_is_said_can_steer_the_terminal(monkeypatch: pytest.MonkeyPatch, is_streamed: bool):
    terminal = open_terminal(monkeypatch)
    name = EVIL
    ask: dict[str, Any] = {
        "content": EVIL,
        "tool_calls": [{"id": EVIL, "type": "function", "function": {"name": EVIL, "arguments": EVIL}}],
    }
    fault = ModelUnavailable(EVIL)
    with run_settings(observers=[ConsoleObserver(stream_tokens=is_streamed)]), pytest.raises(ModelUnavailable):
        talker(name, EVIL, EVIL).initiate_chat(talker("b" + EVIL, ask, EVIL, fault), message=EVIL)
    written = terminal.getvalue()
    for raw in ("\x1b]", "\x1b[2J", "\x07", "\u202e", "\u2066", "\x00", "\x9b", "\x7f", "\ud800", "\x1b[31mb"):
        assert raw not in written
    shown = "".join(row.ljust(80) for row in terminal.rows())
    assert shown.count(NEUTRAL) >= 8


def test_a_failed_call_is_told_and_asked_again(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)

    async def at_once(_: float) -> None:
        return None

    faulty = FaultyModel(ScriptedModel("Here I am."), {1: ModelUnavailable("The server is away.")})
    model = RetryingModel(faulty, sleep=at_once, chance=lambda: 0.0)
    talker("ann").initiate_chat(
        ConversableAgent("bob", model=model, human_input_mode="NEVER"), message="Hello?", max_turns=1
    )
    assert terminal.rows()[5:9] == [
        ">>>>>>>> RETRYING scripted in N s (attempt 1 failed: ModelUnavailable: The ser",
        "ver is away.)",
        "bob (to ann):",
        "",
    ]


def test_a_reply_that_breaks_off_is_told(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)
    model = FaultyModel(ScriptedModel("One two three."), {1: cut_after(2)})
    bob = ConversableAgent("bob", model=model, human_input_mode="NEVER")
    with pytest.raises(IncompleteReply):
        talker("ann").initiate_chat(bob, message="Count.", max_turns=1)
    assert terminal.rows()[5:] == [
        *["bob (to ann):", "", "One two"],
        ">>>>>>>> FAILED: scripted after N s: IncompleteReply: the stream of scripted b",
        "roke off after 2 pieces",
        "1 turn, N s",
        "ended: IncompleteReply: the stream of scripted broke off after 2 pieces",
    ]


def test_a_reply_that_nobody_was_told_is_marked(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)
    writer, user = talker("writer", "A draft.", "A text."), talker("user")

    def two_drafts(recipient: Any, messages: Any, sender: Any, config: Any) -> tuple[bool, Any]:
        recipient.ask_model(messages)
        return True, recipient.ask_model(messages)

    writer.register_reply(user, two_drafts)
    user.initiate_chat(writer, message="Write.", max_turns=1)
    assert terminal.rows()[5:16] == lines("""
        writer (to user):

        A draft.
        (not sent)

        ---
        writer (to user):

        A text.

        ---
    """)


def facts(kind: Any, source: str, step_id: int, parent_id: int, *values: Any, **named: Any) -> Any:
    return kind(source, "run", step_id, parent_id, 0.0, *values, **named)


def reply(text: str) -> Any:
    return {"role": "assistant", "content": text}


def test_of_two_replies_at_once_one_is_shown_as_it_arrives_and_the_other_when_it_is_whole(
    monkeypatch: pytest.MonkeyPatch,
):
    terminal = open_terminal(monkeypatch)
    console = ConsoleObserver()
    for event in [
        facts(RunStarted, "", 0, 0),
        facts(ChatStarted, "", 1, 0, ("ann", "bob", "cy")),
        facts(StepStarted, "ann", 2, 1, "model", "m", {}),
        facts(StepStarted, "bob", 3, 1, "model", "m", {}),
        facts(TokenStreamed, "ann", 2, 1, "I am "),
        facts(TokenStreamed, "bob", 3, 1, "And "),
        facts(NoticeRaised, "", 0, 1, "warning", "It rains.\nA lot."),
        facts(TokenStreamed, "ann", 2, 1, "Ann."),
        facts(TokenStreamed, "bob", 3, 1, "I am Bob."),
        facts(StepEnded, "ann", 2, 1, "model", "m"),
        facts(StepEnded, "bob", 3, 1, "model", "m"),
        facts(MessageSent, "ann", 0, 1, "bob", reply("I am Ann.")),
        facts(MessageSent, "bob", 0, 1, "ann", reply("And I am Bob.")),
        facts(RunEnded, "", 0, 0, StopReason("answered")),
    ]:
        console.on_event(event)
    assert terminal.rows() == lines("""
        ann:

        I am
        [warning] It rains.
            A lot.
        ann: (continued)

        Ann.

        ---
        bob (to ann):

        And I am Bob.

        ---
    """)


def test_a_message_that_is_not_what_was_streamed_is_shown_as_well(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)
    ann, bob = talker("ann"), talker("bob", "My key is 1234.")
    bob.register_hook("process_message_before_send", lambda sender, message, recipient, silent: "My key is ****.")
    ann.initiate_chat(bob, message="Your key?", max_turns=1)
    assert terminal.rows()[5:16] == lines("""
        bob (to ann):

        My key is 1234.

        ---
        bob (to ann):

        My key is ****.

        ---
        2 turns, 1 model call, 14 tokens, $0.00, N s; ended: max_turns=1 is reached
    """)


def test_a_very_long_reply_is_shown_when_it_is_whole_and_its_middle_is_left_out(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)
    long = "".join(f"line {number} {'x' * 80}\n" for number in range(50_000))
    talker("ann").initiate_chat(talker("bob", long), message="Much.", max_turns=1)
    written = terminal.getvalue()
    assert len(written) < 600_000
    assert "[... 48,000 more lines, " in written
    assert "line 49999 xxx" in written


def test_the_human_is_asked_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch):
    terminal = open_terminal(monkeypatch)
    human = ScriptedHuman("", "exit")
    user = ConversableAgent("user", human_input_mode="ALWAYS", human=human, default_auto_reply="Go on.")
    user.initiate_chat(talker("bob", "One.", "Two."), message="Count.")
    assert terminal.rows()[10:] == lines("""
        >>>>>>>> NO HUMAN INPUT RECEIVED.
        >>>>>>>> USING AUTO REPLY...
        user (to bob):

        Go on.

        ---
        bob (to user):

        Two.

        ---
        4 turns, 2 model calls, 24 tokens, $0.00, N s
        ended: user's human typed 'exit'
    """)
