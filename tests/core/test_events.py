"""Events and usage as data."""

import dataclasses
import json

import pytest

from autogen import events
from autogen.messages import ChatMessage, check_message, content_text, own_view, text_of, unroll
from autogen.stop_reason import StopReason
from autogen.usage import Usage, UsageLedger

COMMON = ("assistant", "run", 3, 1, 17.5)


@pytest.mark.parametrize(
    "event",
    [
        events.RunStarted(*COMMON),
        events.RunEnded(*COMMON, StopReason("answered", "assistant", "done")),
        events.ChatStarted(*COMMON, ("a", "b"), 1),
        events.ChatEnded(*COMMON, StopReason("max_turns"), 4, 0, False, 12, 0.5, 0, 2, 1.5),
        events.MessageSent(*COMMON, "user", ChatMessage(role="assistant", content="hi")),
        events.StepStarted(*COMMON, "model", "gpt", {"messages": 2}),
        events.StepEnded(*COMMON, "model", "gpt", {"content": "hi"}, Usage(3, 4, cost_usd=0.1)),
        events.TokenStreamed(*COMMON, "hel"),
        events.InputRequested(*COMMON, "Yes? ", True),
        events.AutoReplied(*COMMON, True),
        events.RetryScheduled(*COMMON, "gpt", 1, 0.5, "429"),
        events.ModelSwitched(*COMMON, "gpt", "other", "500"),
        events.CallQueued(*COMMON, "gpt", "tokens_per_minute", 2),
        events.ToolEndedLate(*COMMON, "send", "call_1", True, "sent", 9.5),
        events.NoticeRaised(*COMMON, "warning", "look"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_survives_the_way_to_json_and_back(event: events.Event):
    back = events.from_dict(json.loads(json.dumps(events.to_dict(event))))
    assert type(back) is type(event)
    assert events.to_dict(back) == events.to_dict(event)


def test_an_event_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        events.RunStarted(*COMMON).source = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("data", "hint"), [({"v": 2, "type": "RunStarted"}, "version 2"), ({"v": 1, "type": "Nonsense"}, "Nonsense")]
)
def test_an_event_from_the_future_is_refused_by_name(data: dict[str, object], hint: str):
    with pytest.raises(ValueError, match=hint):
        events.from_dict(data)


def test_usage_adds_up_by_agent_and_model_and_unknown_is_not_zero():
    ledger = UsageLedger()
    ledger.add("a", "m", Usage(10, 5, cost_usd=0.25))
    ledger.add("a", "m", Usage(10, 5, cost_usd=0.25), from_cache=True)
    ledger.add("b", "m", None)
    assert ledger.cost_by_model() == {
        "usage_including_cached_inference": {
            "total_cost": 0.5,
            "m": {"cost": 0.5, "prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30},
        },
        "usage_excluding_cached_inference": {
            "total_cost": 0.25,
            "m": {"cost": 0.25, "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        },
    }
    assert (ledger.total().calls, ledger.total().unknown_usage, ledger.total().cached_calls) == (3, 1, 1)


@pytest.mark.parametrize("nonsense", [None, 7, b"bytes", ["list"]])
def test_a_message_of_a_wrong_type_is_refused_with_its_value(nonsense: object):
    with pytest.raises(TypeError, match="a message is a str or a dict"):
        check_message(nonsense)


def test_a_message_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match="can't be converted into a valid"):
        check_message({"role": "user"})


def test_a_view_leaves_the_message_as_it_was():
    said = ChatMessage(content="hi", role="user", tool_call_id=None)  # type: ignore[typeddict-item]
    before = dict(said)
    assert own_view(said, "assistant", "ann") == {"content": "hi", "role": "assistant", "name": "ann"}
    assert said == before


def test_the_text_of_parts_is_joined_and_an_image_is_named():
    parts = [
        {"type": "text", "text": "see "},
        {"type": "image_url", "image_url": {"url": "data:,"}},
        {"type": "text", "text": "?"},
    ]
    assert content_text(parts) == "see <image>?"
    assert text_of(None) == ""


@pytest.mark.parametrize(("content", "error"), [(7, TypeError), ([7], TypeError), ([{"type": "video"}], ValueError)])
def test_content_of_another_kind_is_refused(content: object, error: type[Exception]):
    with pytest.raises(error):
        content_text(content)


def test_a_bundle_of_tool_answers_is_unrolled_and_a_humans_words_follow_it():
    answers: list[ChatMessage] = [{"role": "tool", "tool_call_id": "1", "content": "one"}]
    bundle: ChatMessage = {"role": "tool", "tool_responses": answers, "content": "one"}
    spoken: ChatMessage = {"role": "user", "tool_responses": answers, "content": "stop"}
    assert unroll([bundle, spoken]) == [*answers, *answers, {"role": "user", "content": "stop"}]
