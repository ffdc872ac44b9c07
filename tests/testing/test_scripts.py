"""Models and humans that follow a script, faults on purpose, and records of what happened."""

import asyncio
from typing import Any

import pytest

from autogen import AssistantAgent, ConversableAgent, Limits, UserProxyAgent, run_settings, testing
from autogen.errors import IncompleteReply, LimitReached, ModelTimeout, RateLimited
from autogen.events import MessageSent, StepEnded, TokenStreamed
from autogen.messages import ChatMessage
from autogen.models.client import ModelReply, ModelRequest
from autogen.testing import (
    FaultyModel,
    FunctionModel,
    RecordingObserver,
    ScriptedHuman,
    ScriptedModel,
    calls,
    cut_after,
    drip,
    drive,
    hang,
)
from autogen.usage import Usage

QUESTION: list[ChatMessage] = [{"role": "user", "content": "Well?"}]


async def ask(model: Any, on_delta: Any = None) -> ModelReply:
    return await model.create(ModelRequest(QUESTION, on_delta=on_delta))


class Clock:
    """Notes how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


def add(a: int, b: int) -> int:
    """Add."""
    return a + b


CALL = {"type": "function", "function": {"name": "add", "arguments": '{"a": 1, "b": 2}'}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("Hello.", {"role": "assistant", "content": "Hello."}),
        ("", {"role": "assistant", "content": ""}),
        ({"content": "Hello.", "name": "bob"}, {"role": "assistant", "content": "Hello.", "name": "bob"}),
        (calls(add, a=1, b=2), {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", **CALL}]}),
        (calls("add", a=1, b=2), {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", **CALL}]}),
        (
            {"content": None, "tool_calls": [{"id": "mine", **CALL}]},
            {"role": "assistant", "content": None, "tool_calls": [{"id": "mine", **CALL}]},
        ),
        (
            calls(add, a=1, b=2) | calls(add, a=1, b=2),
            {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", **CALL}, {"id": "call_2", **CALL}]},
        ),
        (
            [calls(add, a=1, b=2), calls(add, a=1, b=2)],
            {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", **CALL}, {"id": "call_2", **CALL}]},
        ),
        (
            lambda request: f"You said {request.messages[-1]['content']}",
            {"role": "assistant", "content": "You said Well?"},
        ),
        (lambda request: lambda again: "Twice.", {"role": "assistant", "content": "Twice."}),
    ],
)
async def test_a_script_gives_text_messages_calls_and_callables(given: Any, message: Any):
    assert (await ask(ScriptedModel(given))).message == message
    assert (await ask(FunctionModel(lambda request: given))).message == message


async def test_a_callable_may_be_async():
    async def later(request: ModelRequest) -> str:
        await asyncio.sleep(0)
        return "Later."

    assert (await ask(ScriptedModel(later))).message.get("content") == "Later."
    assert (await ask(FunctionModel(later))).message.get("content") == "Later."


async def test_a_whole_reply_stays_as_it_is_and_gets_a_usage():
    given = ModelReply({"role": "assistant", "content": "Cut"}, "mine", finish_reason="length")
    usage = Usage(7, 8)
    first = await ask(ScriptedModel(given))
    second = await ask(ScriptedModel(ModelReply(given.message, usage=usage)))
    assert (first.model, first.finish_reason, first.message) == ("mine", "length", given.message)
    assert (first.usage, second.usage) == (Usage(2, 1, cost_usd=0.0), usage)


@pytest.mark.parametrize("error", [RateLimited("Busy."), RateLimited, asyncio.CancelledError()])
async def test_an_exception_in_a_script_is_raised(error: Any):
    with pytest.raises(error if isinstance(error, type) else type(error)):
        await ask(ScriptedModel(lambda request: error if not isinstance(error, type) else error("Busy.")))


@pytest.mark.parametrize("given", [3, None, object()])
async def test_what_is_no_reply_is_named(given: Any):
    with pytest.raises(TypeError, match=f"not {type(given).__name__}"):
        await ask(ScriptedModel(given))


async def test_a_script_that_is_too_short_says_what_it_was_asked():
    model = ScriptedModel("One.", name="short")
    await ask(model)
    with pytest.raises(AssertionError, match=r"'short' has 1 replies and was asked 2 times; .* sent is 'Well\?'"):
        await ask(model)
    with pytest.raises(AssertionError, match="sent is None"):
        await ScriptedModel().create(ModelRequest([]))


async def test_requests_are_kept_as_they_were():
    model = ScriptedModel("One.", "Two.")
    messages: list[ChatMessage] = [{"role": "user", "content": "Well?"}]
    await model.create(ModelRequest(messages))
    messages.append({"role": "user", "content": "And?"})
    await model.create(ModelRequest(messages))
    assert [[message.get("content") for message in request.messages] for request in model.requests] == [
        ["Well?"],
        ["Well?", "And?"],
    ]


async def test_a_reply_is_streamed_by_words_and_its_calls_whole():
    heard: list[tuple[str, str]] = []
    said = {"content": "I  add\nup. ", "tool_calls": [CALL]}
    reply = await ask(ScriptedModel(said), lambda text, kind: heard.append((text, kind)))
    assert heard == [
        ("I  ", "content"),
        ("add\n", "content"),
        ("up. ", "content"),
        ('{"a": 1, "b": 2}', "tool_call"),
    ]
    assert reply.finish_reason == "tool_calls"


async def test_a_script_takes_its_time():
    clock = Clock()
    model = ScriptedModel("One two.", "Three.", latency_s=0.5, word_s=0.1, sleep=clock.sleep)
    await ask(model, lambda text, kind: None)
    await ask(model)
    assert clock.waits == [0.5, 0.1, 0.1, 0.5]


async def test_without_a_clock_of_its_own_it_really_waits():
    began = asyncio.get_running_loop().time()
    await ask(ScriptedModel("One.", latency_s=0.01, word_s=0.01), lambda text, kind: None)
    assert asyncio.get_running_loop().time() - began >= 0.015


async def test_usage_is_four_characters_a_token_and_grows_with_the_conversation():
    model = ScriptedModel("12345678", "1", calls(add, a=1, b=2))
    messages: list[ChatMessage] = [{"role": "user", "content": "1234"}]
    first = await model.create(ModelRequest(messages))
    messages.append({"role": "user", "content": [{"type": "text", "text": "12345"}]})
    second = await model.create(ModelRequest(messages))
    third = await model.create(ModelRequest(messages[:1]))
    assert [reply.usage for reply in (first, second, third)] == [
        Usage(1, 2, cost_usd=0.0),
        Usage(3, 1, cost_usd=0.0),
        Usage(1, 4, cost_usd=0.0),
    ]


async def test_faults_come_at_their_calls():
    model = FaultyModel(ScriptedModel("One.", "Two."), {1: RateLimited("Busy."), 3: ModelTimeout("Late.")})
    assert model.name == "scripted"
    outcomes: list[Any] = []
    for _ in range(4):
        try:
            outcomes.append((await ask(model)).message.get("content"))
        except (RateLimited, ModelTimeout) as error:
            outcomes.append(type(error))
    assert (outcomes, model.asked) == ([RateLimited, "One.", ModelTimeout, "Two."], 4)


async def test_a_broken_stream_leaves_what_had_arrived():
    heard: list[str] = []
    model = FaultyModel(ScriptedModel("One two three.", "One two three."), {1: cut_after(2), 2: cut_after(1)})
    with pytest.raises(IncompleteReply, match="scripted broke off after 2 pieces") as cut:
        await ask(model, lambda text, kind: heard.append(text))
    assert cut.value.partial == {"role": "assistant", "content": "One two "}
    assert heard == ["One ", "two "]
    with pytest.raises(IncompleteReply):
        await ask(model)


async def test_a_call_that_hangs_ends_by_the_limit_of_the_run():
    agent = AssistantAgent("agent", model=FaultyModel(ScriptedModel("Never."), {1: hang}))
    result = await agent.run("Well?", limits=Limits(time_s=0.05))
    assert result.stop_reason is not None
    assert (result.stop_reason.kind, "time_s=0.05" in str(result.stop_reason)) == ("limit", True)
    assert LimitReached("time_s", 1, 0.05).limit == "time_s"


async def test_a_stream_that_drips_takes_its_time():
    clock, heard = Clock(), list[str]()
    model = FaultyModel(ScriptedModel("One two.", "Three.", "Four."), {1: drip(0.2, clock.sleep), 2: drip(0)})
    await ask(model, lambda text, kind: heard.append(text))
    reply = await ask(model)
    assert (clock.waits, heard, reply.message.get("content")) == ([0.2, 0.2], ["One ", "two."], "Three.")


@pytest.mark.parametrize("tokens", [True, False])
def test_an_observer_keeps_events_and_pieces_if_wanted(tokens: bool):
    seen = RecordingObserver(tokens=tokens)
    with run_settings(observers=[seen]):
        AssistantAgent("agent", model=ScriptedModel("It is 3.")).run_sync("1 + 2?")
    assert [event.text for event in seen.of(TokenStreamed)] == (["It ", "is ", "3."] if tokens else [])
    assert [event.source for event in seen.of(MessageSent, StepEnded)] == ["user", "agent", "agent"]
    assert type(seen.events[-1]).__name__ == "RunEnded"


@pytest.mark.parametrize("api", ["sync", "async"])
def test_both_twins_are_driven_by_one_body(api: str):
    agent = AssistantAgent("agent", model=ScriptedModel("One.", "Two."))
    user = ConversableAgent("user", human_input_mode="NEVER")
    assert drive(api, user.initiate_chat, agent, message="Count.", max_turns=1, silent=True).summary == "One."
    assert drive(api, agent.run_sync, "Count.").summary == "Two."


def test_what_has_no_twin_cannot_be_driven():
    with pytest.raises(ValueError, match="api='both': it is 'sync' or 'async'"):
        drive("both", print)
    with pytest.raises(TypeError, match="has no async twin"):
        drive("async", print)


def test_a_scripted_human_keeps_the_questions():
    human = ScriptedHuman("More.", "exit")
    user = UserProxyAgent("user", human=human, code_execution_config=False)
    user.initiate_chat(AssistantAgent("bob", model=ScriptedModel("One.", "Two.")), message="Count.", silent=True)
    assert [(question.source, question.prompt[:16]) for question in human.questions] == [
        ("user", "Replying as user"),
        ("user", "Replying as user"),
    ]


def test_the_names_of_the_package_are_a_tested_list():
    assert set(testing.__all__) == {
        *{"FaultyModel", "cut_after", "drip", "hang"},
        *{"Certificate", "NotCertified", "Stage", "crash_anywhere"},
        *{"FunctionModel", "RecordedModel", "Reply", "ScriptedHuman", "ScriptedModel", "calls"},
        *{"NetworkForbidden", "forbid_network"},
        *{"RecordingObserver", "drive"},
    }
    assert all(hasattr(testing, name) for name in testing.__all__)
