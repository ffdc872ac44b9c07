"""Two agents in conversation: the loop, its ends, its failures."""

import asyncio
import gc
from typing import Any

import pytest

import autogen
from autogen import ConversableAgent, Limits, run_settings
from autogen.errors import BadReply, LimitReached
from autogen.events import ChatEnded, RunEnded
from autogen.models.client import ModelReply, ModelRequest
from autogen.testing import FunctionModel, RecordingObserver, ScriptedModel, drive
from autogen.usage import Usage

MANY = 10**9


def agent(name: str, *replies: Any, **options: Any) -> ConversableAgent:
    options.setdefault("human_input_mode", "NEVER")
    return ConversableAgent(name, model=ScriptedModel(*replies), **options)


def endless(name: str, **options: Any) -> ConversableAgent:
    return ConversableAgent(name, model=Instant(), human_input_mode="NEVER", max_consecutive_auto_reply=MANY, **options)


class Instant:
    """A model that answers at once, always the same."""

    name = "instant"
    reply = ModelReply({"role": "assistant", "content": "and so on"}, "instant", Usage(1, 1))

    async def create(self, request: ModelRequest) -> ModelReply:
        return self.reply


def texts(result: autogen.ChatResult) -> list[Any]:
    return [message.get("content") for message in result.chat_history]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_two_agents_talk_until_one_sees_a_termination_message(api: str):
    a, b = agent("a", "how are you?", "TERMINATE"), agent("b", "hello", "fine")
    result = drive(api, a.initiate_chat, b, message="hi", silent=True)
    assert texts(result) == ["hi", "hello", "how are you?", "fine", "TERMINATE"]
    assert result.stop_reason == ("terminated", "b", "b saw a termination message")
    assert b.chat_messages[a] == [
        {"content": "hi", "role": "user", "name": "a"},
        {"content": "hello", "role": "assistant", "name": "b"},
        {"content": "how are you?", "role": "user", "name": "a"},
        {"content": "fine", "role": "assistant", "name": "b"},
        {"content": "TERMINATE", "role": "user", "name": "a"},
    ]


@pytest.mark.parametrize("turns", [1, 2, 5])
@pytest.mark.parametrize("api", ["sync", "async"])
def test_max_turns_gives_so_many_messages_of_each(api: str, turns: int):
    a, b = endless("a"), endless("b")
    result = drive(api, a.initiate_chat, b, message="hi", max_turns=turns, silent=True)
    assert len(result.chat_history) == 2 * turns
    assert str(result.stop_reason) == f"max_turns={turns} is reached"


@pytest.mark.timeout(300)  # some seconds; minutes where each line is traced
def test_a_chat_of_100_000_turns_neither_recurses_nor_slows_down():
    a, b = endless("a"), endless("b")
    result = a.initiate_chat(b, message="hi", max_turns=50_000, silent=True)
    assert result.turns == len(b.chat_messages[a]) == 100_000


def test_the_limit_of_auto_replies_ends_a_chat_and_names_itself():
    a, b = endless("a"), agent("b", *["again"] * 9, max_consecutive_auto_reply=3)
    result = a.initiate_chat(b, message="hi", silent=True)
    assert texts(result) == ["hi", "again", "and so on", "again", "and so on", "again", "and so on"]
    assert str(result.stop_reason) == "b reached max_consecutive_auto_reply=3"


@pytest.mark.parametrize("limits", [Limits(model_calls=4), Limits(turns=5)])
def test_a_limit_of_the_run_ends_the_chat_with_all_that_was_said(limits: Limits):
    a, b = endless("a"), endless("b")
    with run_settings(limits=limits):
        result = a.initiate_chat(b, message="hi", silent=True)
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"
    assert len(result.chat_history) == 5


async def test_a_time_limit_cuts_off_a_model_that_never_answers():
    a = endless("a")
    b = ConversableAgent("b", model=FunctionModel(lambda _: asyncio.Event().wait()), human_input_mode="NEVER")
    with run_settings(limits=Limits(time_s=0.05)):
        result = await a.a_initiate_chat(b, message="hi", silent=True)
    assert result.stop_reason is not None
    assert (result.stop_reason.kind, result.turns) == ("limit", 1)
    assert "time_s=0.05" in result.stop_reason.detail


async def test_twenty_chats_of_the_same_two_agents_at_once_never_see_one_another():
    async def parrot(request: Any) -> str:
        await asyncio.sleep(0)
        return f"{len(request.messages)}:{request.messages[1]['content']}"

    a = ConversableAgent("a", model=FunctionModel(parrot), human_input_mode="NEVER")
    b = ConversableAgent("b", model=FunctionModel(parrot), human_input_mode="NEVER")
    results = await asyncio.gather(
        *(a.a_initiate_chat(b, message=f"chat {n}", max_turns=3, silent=True) for n in range(20))
    )
    for n, result in enumerate(results):
        assert texts(result) == [f"chat {n}", *(f"{length}:chat {n}" for length in (2, 3, 4, 5, 6))]
        assert result.usage.calls == 5


@pytest.mark.parametrize("where", range(1, 6))
async def test_a_chat_can_be_cancelled_at_any_turn_and_keeps_what_was_said(where: int):
    reached = asyncio.Event()

    async def model(request: Any) -> str:
        if len(request.messages) == 1 + where:
            reached.set()
            await asyncio.Event().wait()
        return "next"

    watcher = RecordingObserver()
    a = ConversableAgent("a", model=FunctionModel(model), human_input_mode="NEVER")
    b = ConversableAgent("b", model=FunctionModel(model), human_input_mode="NEVER")
    with run_settings(observers=[watcher]):
        chat = asyncio.create_task(a.a_initiate_chat(b, message="hi", silent=True))
        await reached.wait()
        chat.cancel()
        with pytest.raises(asyncio.CancelledError):
            await chat
    assert len(a.chat_messages[b]) == len(b.chat_messages[a]) == where
    endings = [event.reason.kind for event in watcher.events if isinstance(event, ChatEnded | RunEnded)]
    assert endings == ["cancelled", "cancelled"]


async def test_a_chat_whose_model_never_waits_can_still_be_cancelled():
    chat = asyncio.create_task(endless("a").a_initiate_chat(endless("b"), message="hi", silent=True))
    await asyncio.sleep(0)
    chat.cancel()
    with pytest.raises(asyncio.CancelledError):
        await chat


@pytest.mark.parametrize("api", ["sync", "async"])
def test_an_error_that_ends_a_chat_carries_what_was_said(api: str):
    a, b = agent("a", "go on"), agent("b", "so far so good", BadReply("nonsense"))
    with pytest.raises(BadReply, match="nonsense") as failed:
        drive(api, a.initiate_chat, b, message="hi", silent=True)
    result = failed.value.result
    assert texts(result) == ["hi", "so far so good", "go on"]
    assert result.stop_reason.kind == "failed"
    assert result.error == "BadReply: nonsense"
    assert a.chat_messages[b] == result.chat_history


def test_a_users_own_error_keeps_its_type_and_says_where_the_messages_are():
    def broken(recipient: Any, messages: Any, sender: Any, config: Any) -> Any:
        raise ZeroDivisionError("mine")

    a, b = agent("a"), agent("b")
    b.register_reply([autogen.Agent, None], broken)
    with pytest.raises(ZeroDivisionError, match="mine") as failed:
        a.initiate_chat(b, message="hi", silent=True)
    assert failed.value.__notes__ == ["The chat had 1 messages; they are kept in the agents' chat_messages."]
    assert len(b.chat_messages[a]) == 1


def test_a_conversation_goes_on_where_it_was_with_clear_history_false():
    a, b = agent("a", "more"), agent("b", "one", "two", "three")
    a.initiate_chat(b, message="first", max_turns=1, silent=True)
    result = a.initiate_chat(b, message="second", max_turns=1, silent=True, clear_history=False)
    assert texts(result) == ["first", "one", "second", "two"]
    assert texts(a.initiate_chat(b, message="third", max_turns=1, silent=True)) == ["third", "three"]


def test_the_second_of_two_chats_reports_its_own_cost_only():
    a, b = endless("a"), endless("b")
    first = a.initiate_chat(b, message="hi", max_turns=2, silent=True)
    second = a.initiate_chat(b, message="hi", max_turns=2, silent=True)
    assert first.usage.calls == second.usage.calls == 3
    assert first.cost == second.cost


def test_an_agent_can_talk_to_itself():
    a = agent("a", "I said so", "again", "TERMINATE")
    result = a.initiate_chat(a, message="hi", silent=True)
    assert list(texts(result)[::2]) == ["hi", "I said so", "again", "TERMINATE"]


def test_two_agents_of_one_name_are_still_two():
    a, b = agent("twin", "and you?"), agent("twin", "me", "TERMINATE")
    result = a.initiate_chat(b, message="who?", silent=True)
    assert texts(result) == ["who?", "me", "and you?", "TERMINATE"]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_a_users_own_agent_with_only_a_name_and_receive_takes_part(api: str):
    class Echo:
        name, description = "echo", "says it again, once"

        def __init__(self) -> None:
            self.heard: list[Any] = []

        def receive(self, message: Any, sender: Any, request_reply: Any = None, silent: Any = False) -> None:
            self.heard.append(message)
            if len(self.heard) < 2:
                sender.receive(f"you said {message}", self, silent=True)

    echo, a = Echo(), agent("a", "indeed")
    result = drive(api, a.initiate_chat, echo, message="hi", silent=True)
    assert texts(result) == ["hi", "you said hi", "indeed"]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_overriding_receive_changes_what_is_heard(api: str):
    class Deaf(ConversableAgent):
        def receive(self, message: Any, sender: Any, request_reply: Any = None, silent: Any = False) -> None:
            text = message if isinstance(message, str) else message["content"]
            super().receive(text.upper(), sender, request_reply, silent)

    a, b = agent("a", "two"), Deaf("b", model=ScriptedModel("one", "TERMINATE"), human_input_mode="NEVER")
    drive(api, a.initiate_chat, b, message="hi", silent=True)
    assert [m["content"] for m in b.chat_messages[a]] == ["HI", "one", "TWO", "TERMINATE"]


def test_overriding_receive_without_passing_it_on_ends_the_chat():
    class Wall(ConversableAgent):
        def receive(self, message: Any, sender: Any, request_reply: Any = None, silent: Any = False) -> None:
            pass

    result = agent("a").initiate_chat(Wall("wall"), message="hi", silent=True)
    assert texts(result) == ["hi"]
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "no_reply"


@pytest.mark.parametrize("api", ["sync", "async"])
def test_a_sync_reply_function_may_start_another_chat(api: str):
    expert = agent("expert", "42", "43")

    def consult(recipient: ConversableAgent, messages: Any, sender: Any, config: Any) -> tuple[bool, str]:
        inner = recipient.initiate_chat(expert, message=messages[-1]["content"], max_turns=1, silent=True)
        return True, f"the expert says {inner.summary}"

    a, b = agent("a"), agent("b")
    b.register_reply([autogen.Agent, None], consult)
    result = drive(api, a.initiate_chat, b, message="what is it?", max_turns=1, silent=True)
    assert texts(result) == ["what is it?", "the expert says 42"]
    assert result.usage.calls == 1  # the inner chat is paid for by the outer one


def test_a_sync_reply_function_may_start_a_chat_under_a_running_loop():
    expert = agent("expert", "42")

    def consult(recipient: ConversableAgent, messages: Any, sender: Any, config: Any) -> tuple[bool, str]:
        return True, recipient.initiate_chat(expert, message="?", max_turns=1, silent=True).summary

    async def cell() -> autogen.ChatResult:
        a, b = agent("a"), agent("b")
        b.register_reply([autogen.Agent, None], consult)
        return a.initiate_chat(b, message="what?", max_turns=1, silent=True)

    assert texts(asyncio.run(cell())) == ["what?", "42"]


def test_an_inner_chat_of_the_same_two_agents_leaves_the_outer_one_as_it_was():
    a = agent("a", "a1", "a2")
    b = agent("b", "inner answer")

    def again(recipient: ConversableAgent, messages: Any, sender: Any, config: Any) -> tuple[bool, Any]:
        if len(messages) > 1 or messages[-1]["content"] != "outer":
            return False, None
        inner = recipient.initiate_chat(sender, message="inner", max_turns=1, silent=True)
        return True, f"after {inner.summary}"

    b.register_reply([autogen.Agent, None], again)
    result = a.initiate_chat(b, message="outer", max_turns=1, silent=True)
    assert texts(result) == ["outer", "after a1"]
    assert [m["content"] for m in a.chat_messages[b]] == ["outer", "after a1"]


def test_chats_within_chats_have_a_depth_limit():
    b = agent("b")

    def deeper(recipient: ConversableAgent, messages: Any, sender: Any, config: Any) -> tuple[bool, Any]:
        return True, recipient.initiate_chat(recipient, message="deeper", silent=True).summary

    b.register_reply([autogen.Agent, None], deeper)
    with run_settings(limits=Limits(depth=4)), pytest.raises(LimitReached, match="depth=4 is reached"):
        agent("a").initiate_chat(b, message="hi", silent=True)


def test_stopping_a_reply_at_receive_ends_the_chat():
    a, b = endless("a"), endless("b")

    def stop(recipient: ConversableAgent, messages: Any, sender: Any, config: Any) -> tuple[bool, Any]:
        sender.stop_reply_at_receive(recipient)
        return False, None

    b.register_reply([autogen.Agent, None], stop)
    result = a.initiate_chat(b, message="hi", silent=True)
    assert texts(result) == ["hi", "and so on"]


def test_send_outside_of_a_chat_is_answered_where_replies_are_on():
    a, b = agent("a", "bye"), agent("b", "hello", "TERMINATE")
    a.send("hi", b, request_reply=True, silent=True)
    assert [m["content"] for m in a.chat_messages[b]] == ["hi", "hello"]
    a.initiate_chat(b, message="again", silent=True)
    assert [m["content"] for m in a.chat_messages[b]] == ["again", "TERMINATE"]


@pytest.mark.parametrize(
    ("options", "error", "hint"),
    [
        ({"message": "hi", "summary_method": "best"}, ValueError, "summary_method='best' does not exist"),
        ({"message": "hi", "max_turns": -1}, ValueError, "max_turns=-1"),
        ({"message": "hi", "max_turns": "two"}, ValueError, "max_turns='two'"),
        ({"message": 7}, TypeError, "a message is a str or a dict"),
        ({"message": {"role": "user"}}, ValueError, "can't be converted into a valid"),
        ({"message": lambda *_: 7}, TypeError, "must return a str or a dict"),
    ],
)
def test_bad_arguments_of_a_chat_are_named_before_anything_is_paid_for(
    options: dict[str, Any], error: type[Exception], hint: str
):
    a, b = agent("a"), agent("b")
    with pytest.raises(error, match=hint):
        a.initiate_chat(b, **options)
    assert a.chat_messages[b] == b.chat_messages[a] == []


def test_a_recipient_that_is_no_agent_is_refused():
    with pytest.raises(TypeError, match="The recipient must be an agent, not str: 'bob'"):
        agent("a").initiate_chat("bob", message="hi")  # type: ignore[arg-type]


def test_an_observer_that_fails_is_logged_once_and_the_run_goes_on(caplog: pytest.LogCaptureFixture):
    class Broken:
        def on_event(self, event: object) -> None:
            raise OSError("no screen")

    with run_settings(observers=[Broken()]):
        result = endless("a").initiate_chat(endless("b"), message="hi", max_turns=3)
    assert result.turns == 6
    assert [record.message.split(" (")[0] for record in caplog.records] == ["An observer"]


def test_the_events_of_a_chat_tell_it_whole():
    watcher = RecordingObserver()
    a, b = agent("a"), agent("b", "hello")
    with run_settings(observers=[watcher]):
        a.initiate_chat(b, message="hi", max_turns=1)
    told = [(type(e).__name__, e.source) for e in watcher.events if type(e).__name__ != "TokenStreamed"]
    assert told == [
        ("RunStarted", ""),
        ("ChatStarted", ""),
        ("MessageSent", "a"),
        ("StepStarted", "b"),
        ("StepEnded", "b"),
        ("MessageSent", "b"),
        ("ChatEnded", ""),
        ("RunEnded", ""),
    ]


def test_a_finished_chat_leaves_nothing_behind():
    a, b = endless("a"), endless("b")
    a.initiate_chat(b, message="hi", max_turns=2, silent=True)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(20):
        a.initiate_chat(b, message="hi", max_turns=2, silent=True)
    gc.collect()
    assert len(gc.get_objects()) - before < 200
