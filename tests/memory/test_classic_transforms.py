"""The classic transforms, where the recorded programs do not look: tokens, names, filters, counts."""

from __future__ import annotations

from typing import Any

import pytest

from autogen import AssistantAgent
from autogen.agentchat.contrib.capabilities import transforms_util
from autogen.agentchat.contrib.capabilities.transform_messages import TransformMessages
from autogen.agentchat.contrib.capabilities.transforms import (
    MessageHistoryLimiter,
    MessageTokenLimiter,
    TextMessageCompressor,
    TextMessageContentName,
)
from autogen.chats.running import run_settings
from autogen.events import NoticeRaised
from autogen.testing import RecordingObserver, ScriptedModel
from autogen.token_count_utils import (
    count_token,
    get_max_token_limit,
    num_tokens_from_functions,
    percentile_used,
    token_left,
)


def said(*texts: Any, **more: Any) -> list[Any]:
    return [{"role": "user", "content": text, **more} for text in texts]


def contents(messages: list[Any]) -> list[Any]:
    return [message["content"] for message in messages]


@pytest.mark.parametrize(
    ("options", "texts", "left"),
    [
        pytest.param({}, ["a" * 40], ["a" * 40], id="no bound"),
        pytest.param({"max_tokens_per_message": 2}, ["a" * 40, "b"], ["a" * 8, "b"], id="each message"),
        pytest.param({"max_tokens": 3}, ["a" * 40, "b" * 8], ["a" * 4, "b" * 8], id="all, the newest first"),
        pytest.param({"max_tokens": 2}, ["a" * 40, "b" * 8], ["b" * 8], id="nothing is left for older ones"),
        pytest.param({"max_tokens": 0}, ["a"], [], id="nothing at all"),
        pytest.param({"max_tokens": 1, "min_tokens": 1}, ["abcdefgh"], ["abcd"], id="minimum reached"),
        pytest.param({"max_tokens": 9, "min_tokens": 9}, ["a" * 8], ["a" * 8], id="minimum not reached"),
        pytest.param({"max_tokens_per_message": 1}, ["ééééé"], ["éé"], id="no character is cut in two"),
        pytest.param({"max_tokens_per_message": 1}, [None], [None], id="no text"),
    ],
)
def test_messages_are_cut_off_after_so_many_tokens(options: dict[str, Any], texts: list[Any], left: list[Any]) -> None:
    assert contents(MessageTokenLimiter(**options).apply_transform(said(*texts))) == left


def test_parts_are_cut_off_and_images_stay() -> None:
    image = {"type": "image_url", "image_url": {"url": "x"}}
    parts = [{"type": "text", "text": "a" * 6}, image, {"type": "text", "text": "b" * 6}]
    cut = MessageTokenLimiter(max_tokens_per_message=2).apply_transform(said(parts))
    assert contents(cut) == [[{"type": "text", "text": "a" * 6}, image, {"type": "text", "text": ""}]]


def test_messages_that_are_meant_alone_are_cut_off() -> None:
    messages: list[Any] = [*said("a" * 40), {"role": "system", "content": "b" * 40}]
    limiter = MessageTokenLimiter(max_tokens_per_message=1, filter_dict={"role": ["system"]})
    assert contents(limiter.apply_transform(messages)) == ["aaaa", "b" * 40]
    limiter = MessageTokenLimiter(max_tokens_per_message=1, filter_dict={"role": "system"}, exclude_filter=False)
    assert contents(limiter.apply_transform(messages)) == ["a" * 40, "bbbb"]


def test_an_answer_of_a_tool_is_not_left_without_its_call() -> None:
    messages: list[Any] = [
        {"role": "assistant", "content": "x" * 400, "tool_calls": [{"id": "1"}]},
        {"role": "tool", "tool_call_id": "1", "content": "y" * 8},
        {"role": "user", "content": "z" * 8},
    ]
    assert contents(MessageTokenLimiter(max_tokens=4).apply_transform(messages)) == ["z" * 8]


def test_what_was_done_is_told() -> None:
    before, after = said("a" * 40), said("a" * 8)
    limiter = MessageTokenLimiter(max_tokens=2)
    assert limiter.get_logs(before, after) == ("Truncated 8 tokens. Number of tokens reduced from 10 to 2", True)
    assert limiter.get_logs(before, before) == ("No tokens were truncated.", False)
    assert MessageHistoryLimiter(2).get_logs(before, before) == ("No messages were removed.", False)


def test_speakers_may_be_left_out() -> None:
    messages = [*said("a", name="ann"), *said("b", name="bob")]
    assert contents(MessageHistoryLimiter(exclude_names=["ann"]).apply_transform(messages)) == ["b"]


@pytest.mark.parametrize(
    ("options", "content", "left"),
    [
        pytest.param({}, "hi", "ann:\nhi", id="start"),
        pytest.param({}, "ann:\nhi", "ann:\nhi", id="there already"),
        pytest.param({"deduplicate": False}, "ann:\nhi", "ann:\nann:\nhi", id="twice"),
        pytest.param({"position": "end", "format_string": " ({name})"}, "hi", "hi (ann)", id="end"),
        pytest.param({}, "", "", id="no text"),
        pytest.param({}, [{"type": "text", "text": "hi"}], [{"type": "text", "text": "ann:\nhi"}], id="parts"),
        pytest.param({"filter_dict": {"name": "ann"}}, "hi", "hi", id="not meant"),
    ],
)
def test_the_name_of_the_speaker_is_written_into_the_text(options: dict[str, Any], content: Any, left: Any) -> None:
    named = TextMessageContentName(**options)
    messages = said(content, name="ann")
    after = named.apply_transform(messages)
    assert contents(after) == [left]
    has_effect = left != content
    told = "1 message(s) changed to incorporate name." if has_effect else "No messages changed to incorporate name."
    assert named.get_logs(messages, after) == (told, has_effect)


def test_a_message_without_a_name_or_a_text_keeps_its_content() -> None:
    image = [{"type": "image_url", "image_url": {"url": "x"}}]
    assert contents(TextMessageContentName().apply_transform([*said("hi"), *said(image, name="ann")])) == ["hi", image]


@pytest.mark.parametrize("options", [{"position": "middle"}, {"format_string": "no name"}], ids=["position", "format"])
def test_a_place_or_a_format_that_cannot_be_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="it must"):
        TextMessageContentName(**options)


def test_a_compressor_is_needed() -> None:
    with pytest.raises(ValueError, match="text_compressor"):
        TextMessageCompressor()


async def test_what_transforms_did_is_told_in_the_run() -> None:
    watch = RecordingObserver()
    agent = AssistantAgent("agent", "Help.", model=ScriptedModel("one", "two"))
    TransformMessages(transforms=[MessageHistoryLimiter(1)]).add_to_agent(agent)
    messages: list[Any] = [{"role": "system", "content": "S"}, *said("a", "b")]
    with run_settings(observers=[watch]):
        await agent.a_generate_reply(messages)
    assert [event.text for event in watch.of(NoticeRaised)] == [
        "Removed 1 messages. Number of messages reduced from 2 to 1."
    ]


async def test_a_classic_transform_is_a_view_of_the_context_too() -> None:
    model = ScriptedModel("one")
    agent = AssistantAgent("agent", "Help.", model=model, context=[TextMessageContentName()])
    await agent.run("hi")
    assert contents(list(model.requests[0].messages)) == ["Help.", "user:\nhi"]


def test_tokens_are_counted_and_compared_with_the_context() -> None:
    assert count_token("a" * 40) == 10
    assert count_token({"role": "user", "content": "a" * 40}) == 14
    assert count_token(said("a" * 40, "")) == 18
    assert token_left("a" * 40, "gpt-4") == 8_192 - 10
    assert percentile_used("a" * 4_096, "gpt-4") == 0.125
    assert num_tokens_from_functions([{"name": "f"}]) == 4
    assert transforms_util.count_text_tokens([{"type": "text", "text": "a" * 40}, "b"]) == 11
    assert transforms_util.min_tokens_reached(said("a" * 40), 10)
    assert not transforms_util.min_tokens_reached(said("a" * 40), 11)
    assert transforms_util.is_content_right_type("x")
    with pytest.raises(ValueError, match="not of int"):
        count_token(3)  # type: ignore[arg-type]
    with pytest.raises(KeyError, match="'nobody-knows-me'"):
        get_max_token_limit("nobody-knows-me")
