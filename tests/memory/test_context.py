"""What a model sees of a long conversation: windows, token limits, summaries and shortened results of tools."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogen import AssistantAgent, UserProxyAgent, run_settings, tool
from autogen.core.sync import run_sync
from autogen.errors import ContextTooLong
from autogen.events import NoticeRaised
from autogen.memory import LastMessages, ShortenToolResults, SummariseOlder, TokenLimit
from autogen.memory.view import ViewState, context_named, seen_through, whole_calls
from autogen.models.client import ModelReply, ModelRequest
from autogen.stores.memory import MemoryJournal
from autogen.testing import FunctionModel, ScriptedModel, calls
from autogen.tokens import tokens_of
from autogen.usage import Usage

Message = dict[str, Any]
SYSTEM: Message = {"role": "system", "content": "Help."}


async def no_summary(messages: Any) -> str:
    raise AssertionError(messages)


def said(*texts: str) -> list[Message]:
    """Return a conversation: system message, and texts by turns of user and assistant."""
    roles = ("user", "assistant")
    return [SYSTEM, *({"role": roles[index % 2], "content": text} for index, text in enumerate(texts))]


def contents(messages: Any) -> list[Any]:
    return [message.get("content") for message in messages]


async def seen(transform: Any, messages: list[Message], state: ViewState | None = None) -> list[Any]:
    return contents(await seen_through([transform], messages, state or ViewState(no_summary)))  # type: ignore[arg-type]


def echo(request: ModelRequest) -> str:
    return f"reply {len(request.messages)}"


# Windows


async def test_the_system_message_the_task_and_the_last_messages_are_seen() -> None:
    view = await seen(LastMessages(3, at_once=1), said("task", "1", "2", "3", "4", "5"))
    assert view == ["Help.", "task", "3", "4", "5"]


async def test_without_the_task_only_the_last_messages_are_seen() -> None:
    view = await seen(LastMessages(3, keep_task=False, at_once=1), said("task", "1", "2", "3", "4", "5"))
    assert view == ["Help.", "3", "4", "5"]


async def test_what_a_model_sees_begins_with_the_same_messages_for_many_turns() -> None:
    window, messages = LastMessages(40), said(*map(str, range(400)))
    begins = [(await seen(window, messages[:end]))[:3] for end in range(100, 400)]
    changes = sum(before != after for before, after in pairwise(begins))
    assert changes == 300 // window.at_once


async def test_a_token_limit_moves_the_window_seldom() -> None:
    limit, messages, state = TokenLimit(1_000), said(*(f"{n:040}" for n in range(600))), ViewState(no_summary)
    views = [await seen(limit, messages[:end], state) for end in range(2, 600)]
    changes = sum(before != after[: len(before)] for before, after in pairwise(views))
    assert changes < 598 * 14 / (1_000 * 0.25) + 2
    assert max(sum(tokens_of({"content": text}) for text in view) for view in views) <= 1_000
    assert all(view[:2] == ["Help.", f"{0:040}"] for view in views)


async def test_a_conversation_that_fits_is_seen_as_it_is() -> None:
    messages = said("task", "1")
    for transform in (LastMessages(9), TokenLimit(999), ShortenToolResults(), SummariseOlder(999)):
        assert await seen_through([transform], messages, ViewState(no_summary)) == messages  # type: ignore[arg-type]


async def test_a_limit_that_the_last_turn_alone_exceeds_is_an_error_with_the_numbers() -> None:
    with pytest.raises(ContextTooLong, match="max_tokens=100"):
        await seen(TokenLimit(100), said("task", "x" * 4_000))


@pytest.mark.parametrize(
    "make",
    [
        lambda: LastMessages(0),
        lambda: LastMessages(3, at_once=4),
        lambda: TokenLimit(0),
        lambda: TokenLimit(10, leave_free=1.0),
        lambda: SummariseOlder(0),
        lambda: SummariseOlder(10, keep=1),
        lambda: ShortenToolResults(-1),
    ],
    ids=range(7),
)
def test_a_bound_that_makes_no_sense_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match=r"it must|it is a part|at least"):
        make()


turns = st.lists(st.one_of(st.just(0), st.integers(1, 4)), min_size=1, max_size=40)


def with_tools(counts: list[int]) -> list[Message]:
    """Return a conversation in which each turn is a text (0), or so many tool calls and their answers."""
    messages: list[Message] = [SYSTEM, {"role": "user", "content": "task"}]
    for turn, count in enumerate(counts):
        ids = [f"{turn}.{index}" for index in range(count)]
        if not ids:
            messages.append({"role": "assistant", "content": f"text {turn}"})
            continue
        asked = [{"id": each, "type": "function", "function": {"name": "f", "arguments": "{}"}} for each in ids]
        messages.append({"role": "assistant", "content": None, "tool_calls": asked})
        messages.extend({"role": "tool", "tool_call_id": each, "content": f"result {each} " * 10} for each in ids)
    return messages


@given(counts=turns, size=st.integers(1, 12))
def test_no_tool_call_is_parted_from_its_results(counts: list[int], size: int) -> None:
    run_sync(check_all_transforms, with_tools(counts), size)


async def check_all_transforms(messages: list[Any], size: int) -> None:
    for transform in (
        LastMessages(size),
        TokenLimit(400 + 50 * size),
        ShortenToolResults(size),
        SummariseOlder(400 + 50 * size, summarise=lambda older: f"{len(older)} left out"),
    ):
        state = ViewState(no_summary)
        for end in range(2, len(messages) + 1):
            if end < len(messages) and messages[end]["role"] == "tool":
                continue
            view = await seen_through([transform], messages[:end], state)
            assert view[:2] == messages[:2]
            assert view[-1].get("tool_call_id") == messages[end - 1].get("tool_call_id")
            assert whole_calls(view) == view


# Through an agent


async def test_a_function_of_messages_is_a_view_too() -> None:
    model = ScriptedModel("one", "two", "three")
    assistant = AssistantAgent("assistant", "Help.", model=model, context=lambda messages: messages[:1] + messages[-1:])
    user = UserProxyAgent("user", human_input_mode="NEVER", default_auto_reply="go on", code_execution_config=False)
    result = await user.a_initiate_chat(assistant, message="hello", max_turns=3, silent=True)
    assert [contents(request.messages) for request in model.requests] == [["Help.", "hello"], *[["Help.", "go on"]] * 2]
    assert contents(result.chat_history) == ["hello", "one", "go on", "two", "go on", "three"]


async def test_transforms_are_applied_in_order() -> None:
    model = ScriptedModel("one")

    async def shout(messages: list[Message]) -> list[Message]:
        return [{**message, "content": message["content"].upper()} for message in messages]

    agent = AssistantAgent("a", "Help.", model=model, context=[LastMessages(1), shout])
    await agent.run("hello")
    assert contents(model.requests[0].messages) == ["HELP.", "HELLO"]


async def test_a_view_that_leaves_a_call_out_leaves_its_result_out() -> None:
    @tool
    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    model = ScriptedModel(calls(add, a=1, b=2), "3")
    agent = AssistantAgent("a", "Help.", model=model, tools=[add], context=lambda messages: messages[:2] + messages[3:])
    result = await agent.run("1 + 2?")
    assert result.summary == "3"
    assert contents(model.requests[1].messages) == ["Help.", "1 + 2?"]


def test_a_view_must_be_a_list() -> None:
    agent = AssistantAgent("a", model=ScriptedModel("x"), context=lambda _: None)
    with pytest.raises(TypeError, match="returns a list of messages, not None"):
        agent.run_sync("hello")


def test_an_agent_refuses_options_that_there_are_not() -> None:
    with pytest.raises(TypeError, match="takes no 'contxt'"):
        AssistantAgent("a", contxt=[])
    with pytest.raises(TypeError, match="context takes transforms"):
        AssistantAgent("a", context=3)


async def test_older_results_of_tools_are_shown_by_their_beginning() -> None:
    @tool
    def read(page: int) -> str:
        """Read a page."""
        return f"{page}: " + "x" * 500

    model = ScriptedModel(*(calls(read, page=page) for page in range(4)), "done")
    context = ShortenToolResults(keep_last=1, characters=4, at_once=2)
    agent = AssistantAgent("a", "Help.", model=model, tools=[read], context=context)
    result = await agent.run("Read.")
    results = [message["content"] for message in model.requests[4].messages if message.get("role") == "tool"]
    assert results == [
        *(f"{n}: x… [499 characters are left out here]" for n in (0, 1)),
        *(f"{n}: " + "x" * 500 for n in (2, 3)),
    ]
    assert all(len(str(message["content"])) == 503 for message in result.chat_history if message.get("role") == "tool")


async def test_what_became_too_long_is_summed_up_once_and_the_summary_stays() -> None:
    requests: list[list[Any]] = []

    def reply(request: ModelRequest) -> str:
        requests.append(contents(request.messages))
        return "They counted." if str(request.messages[0].get("content")).startswith("Sum up") else "x" * 400

    assistant = AssistantAgent("assistant", "Help.", model=FunctionModel(reply), context=SummariseOlder(700, keep=0.5))
    user = UserProxyAgent("user", human_input_mode="NEVER", default_auto_reply="go on", code_execution_config=False)
    await user.a_initiate_chat(assistant, message="Count.", max_turns=10, silent=True)
    sums = [index for index, request in enumerate(requests) if str(request[0]).startswith("Sum up")]
    assert len(requests) == 10 + len(sums)
    assert 1 <= len(sums) <= 3
    after = requests[sums[0] + 1 : [*sums, len(requests)][1]]
    assert all(
        request[:3] == ["Help.", "Count.", "Summary of the conversation so far:\nThey counted."] for request in after
    )
    assert "They counted." in requests[sums[1]][1] if len(sums) > 1 else True


async def test_a_request_that_the_provider_finds_too_long_is_sent_again_with_less() -> None:
    sizes: list[int] = []

    def reply(request: ModelRequest) -> str:
        sizes.append(len(request.messages))
        if len(request.messages) > 12:
            raise ContextTooLong("too long")
        return "x" * 100

    assistant = AssistantAgent("assistant", "Help.", model=FunctionModel(reply), context=TokenLimit(380))
    user = UserProxyAgent("user", human_input_mode="NEVER", default_auto_reply="go on", code_execution_config=False)
    result = await user.a_initiate_chat(assistant, message="Go.", max_turns=12, silent=True)
    assert result.turns == 24
    assert len([size for size in sizes if size > 12]) == 1


@pytest.mark.parametrize(
    ("policy", "words", "most_refused"),
    [
        (TokenLimit(), "too long", 1),
        (TokenLimit(), "This model's maximum context length is 1200 tokens, you asked for 1300.", 1),
        (SummariseOlder(summarise=lambda _: "They counted."), "prompt is too long: 1300 tokens > 1200 maximum", 1),
        (LastMessages(30), "too long", 2),
    ],
    ids=["cut", "cut as told", "summed up", "not by size"],
)
async def test_a_policy_without_a_number_decides_when_the_provider_refuses_and_the_record_tells(
    policy: Any, words: str, most_refused: int
) -> None:
    """The model takes 1200 tokens and nobody has said so: each refusal is recorded, and followed by a shorter view or none."""
    sizes: list[int] = []
    journal = MemoryJournal()

    def reply(request: ModelRequest) -> ModelReply:
        sizes.append(sum(map(tokens_of, request.messages)))
        if sizes[-1] > 1_200:
            raise ContextTooLong(words)
        return ModelReply({"role": "assistant", "content": "x" * 400}, usage=Usage(sizes[-1], 100))

    assistant = AssistantAgent("assistant", "Help.", model=FunctionModel(reply), context=policy)
    user = UserProxyAgent("user", human_input_mode="NEVER", default_auto_reply="go on", code_execution_config=False)
    with run_settings(journal=journal):
        try:
            await user.a_initiate_chat(assistant, message="Go.", max_turns=25, silent=True)
        except ContextTooLong:
            assert isinstance(policy, LastMessages), "what shows 30 messages cannot show fewer"
    refused = [size for size in sizes if size > 1_200]
    told = [event.text for event in journal.events if isinstance(event, NoticeRaised) and "too long" in event.text]
    assert len(refused) == most_refused
    assert len(told) == 1
    assert words in told[0]


async def test_without_a_policy_a_conversation_that_is_too_long_fails_at_once() -> None:
    model = ScriptedModel(ContextTooLong("too long"), "never asked")
    with pytest.raises(ContextTooLong):
        await AssistantAgent("assistant", model=model).run("Go.")
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000", 8192),
        ("prompt is too long: 209549 tokens > 200000 maximum", 200_000),
        ("The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).", 1_048_576),
        ("the request exceeds the available context size. n_ctx: 4096", 4096),
        ("qwen-max at 127.0.0.1:11434 rejects the request (400): too long", None),
        ("too long", None),
    ],
)
def test_the_context_size_is_read_from_a_refusal_where_it_is_named(words: str, size: int | None) -> None:
    assert context_named(words) == size


async def test_tokens_are_counted_as_the_provider_does() -> None:
    """The provider counts three times what is estimated: a third as many messages fit."""
    sent: list[int] = []

    def reply(request: ModelRequest) -> ModelReply:
        estimated = sum(map(tokens_of, request.messages))
        sent.append(3 * estimated)
        return ModelReply({"role": "assistant", "content": "x" * 400}, usage=Usage(3 * estimated, 100))

    assistant = AssistantAgent("assistant", "Help.", model=FunctionModel(reply), context=TokenLimit(3_000))
    user = UserProxyAgent("user", human_input_mode="NEVER", default_auto_reply="go on", code_execution_config=False)
    await user.a_initiate_chat(assistant, message="Go.", max_turns=30, silent=True)
    assert 1_500 < max(sent) <= 3_000


async def test_schemas_of_tools_count() -> None:
    @tool
    def f(x: int) -> int:
        """Do something."""
        return x

    f_long = f.with_options(description="word " * 2_000)
    agent = AssistantAgent("a", model=ScriptedModel("x"), tools=[f_long], context=TokenLimit(1_000))
    with pytest.raises(ContextTooLong, match="the tools"):
        await agent.run("hello")


async def test_conversations_of_one_agent_have_views_of_their_own() -> None:
    model = FunctionModel(echo)
    agent = AssistantAgent("a", "Help.", model=model, context=TokenLimit(1_000))
    first, second = await agent.run("x" * 400), await agent.run("hello")
    assert (first.summary, second.summary) == ("reply 2", "reply 2")
