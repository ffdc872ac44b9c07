"""Chats in a row, at the same time, and within a reply."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import autogen
from autogen import ConversableAgent, Limits, run_settings
from autogen.errors import LimitReached, ModelUnavailable
from autogen.events import ChatStarted
from autogen.testing import FunctionModel, RecordingObserver, ScriptedModel


def agent(name: str, *says: Any, **options: Any) -> ConversableAgent:
    if says:
        options["model"] = ScriptedModel(*says)
    usual: dict[str, Any] = {"human_input_mode": "NEVER"}
    return ConversableAgent(name, **(usual | options))


def entry(recipient: Any, message: Any = "go", **options: Any) -> dict[str, Any]:
    return {"recipient": recipient, "message": message, "max_turns": 1, "silent": True, **options}


async def test_independent_chats_run_at_the_same_time_and_a_dependent_one_waits():
    running = 0
    most = 0
    both = asyncio.Event()

    async def answer(request: Any) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 2:
            both.set()
        await both.wait()
        running -= 1
        return f"answer to {request.messages[-1]['content']}"

    a, b, c = (agent(name, model=FunctionModel(answer)) for name in "abc")
    results = await agent("user").a_initiate_chats(
        [
            entry(a, chat_id="a"),
            entry(b, chat_id="b"),
            entry(c, "sum up", chat_id="c", prerequisites=["a", "b"]),
        ]
    )
    assert most == 2
    assert list(results) == ["a", "b", "c"]
    assert results["c"].chat_id == "c"
    assert results["c"].chat_history[0]["content"] == "sum up\nContext: \nanswer to go\nanswer to go"


async def test_a_chat_is_given_what_all_chats_came_to_that_it_waits_for_directly_or_not():
    a, b, c = agent("a", "from a"), agent("b", "from b"), agent("c", "from c")
    queue = [entry(a), entry(b, prerequisites=[0]), entry(c, prerequisites=[1])]
    results = await agent("user").a_initiate_chats(queue)
    assert results[2].chat_history[0]["content"] == "go\nContext: \nfrom a\nfrom b"


@pytest.mark.parametrize(
    ("queue", "hint"),
    [
        (
            [{"chat_id": 1, "prerequisites": [2]}, {"chat_id": 2, "prerequisites": [1]}],
            "wait for one another: 1 → 2 → 1",
        ),
        ([{"chat_id": 1, "prerequisites": [1]}], "wait for one another: 1 → 1"),
        ([{"chat_id": 1, "prerequisites": [7]}], r"Chat 1 waits for 7, which is not in the queue \(chat ids: 1\)"),
        ([{"chat_id": 1}, {"chat_id": 1}], "Two entries of the chat queue have the chat_id 1"),
    ],
)
async def test_a_queue_that_cannot_be_run_is_refused_before_anything_is_said(queue: list[dict[str, Any]], hint: str):
    other = agent("other", "never")
    with pytest.raises(ValueError, match=hint):
        await agent("user").a_initiate_chats([entry(other, **given) for given in queue])
    assert other.chat_messages == {}


@pytest.mark.parametrize(
    ("queue", "hint"),
    [("go", "A chat queue is a list of dicts, not str"), ([3], "Entry 0 of the chat queue must be a dict")],
)
def test_what_is_no_queue_is_refused(queue: Any, hint: str):
    with pytest.raises(TypeError, match=hint):
        agent("user").initiate_chats(queue)


async def test_the_failure_of_one_chat_cancels_the_others_and_comes_out_as_it_is():
    cancelled = asyncio.Event()

    async def wait(request: Any) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return "never"

    failing, waiting = agent("failing", ModelUnavailable("down")), agent("waiting", model=FunctionModel(wait))
    with pytest.raises(ModelUnavailable, match="down"):
        await agent("user").a_initiate_chats([entry(waiting), entry(failing)])
    assert cancelled.is_set()


def test_a_summary_of_nothing_is_not_carried_over():
    a, b = agent("a", "secret"), agent("b", "ok")
    results = agent("user").initiate_chats([entry(a, summary_method=lambda *_: None), entry(b)])
    assert [result.summary for result in results] == [None, "ok"]
    assert results[1].chat_history[0]["content"] == "go"


def test_chats_of_several_senders_run_in_a_row():
    one, two, other = agent("one"), agent("two"), agent("other", "first", "second")
    results = autogen.initiate_chats([{"sender": sender, **entry(other)} for sender in (one, two)])
    assert [result.chat_history[0]["name"] for result in results] == ["one", "two"]
    assert results[1].chat_history[0]["content"] == "go\nContext: \nfirst"


def test_an_inner_chat_answers_and_its_cost_is_counted_outside():
    seen = RecordingObserver()
    expert, outer, user = agent("expert", "facts"), agent("outer"), agent("user", max_consecutive_auto_reply=0)
    outer.register_nested_chats([{"recipient": expert, "max_turns": 1}], trigger=user)
    with run_settings(observers=[seen]):
        result = user.initiate_chat(outer, message="Tell me.", silent=True)
    assert [message["content"] for message in result.chat_history] == ["Tell me.", "facts"]
    assert result.usage.calls == 1
    assert [(event.depth, event.members) for event in seen.events if isinstance(event, ChatStarted)] == [
        (0, ("user", "outer")),
        (1, ("outer", "expert")),
    ]
    assert outer not in user.chat_messages or all(m["content"] != "secret" for m in user.chat_messages[outer])


@pytest.mark.parametrize(
    ("method", "carried"),
    [
        ("all", "Hello.\nYes?\nTell me."),
        ("last_msg", "Tell me."),
        (lambda agent, messages, arguments: f"{agent.name}, {len(messages)}, {arguments}", "outer, 3, {'x': 1}"),
    ],
)
def test_an_inner_chat_may_be_given_what_the_outer_one_came_to(method: Any, carried: str):
    expert, outer, user = agent("expert", "facts"), agent("outer", "Yes?"), agent("user", "Tell me.")
    config = {"summary_method": method, "summary_args": {"x": 1}}
    queue = [{"recipient": expert, "message": "Ask.", "max_turns": 1, "carryover_config": config}]
    outer.register_nested_chats(queue, trigger=lambda sender: len(outer.chat_messages[sender]) > 1)
    user.initiate_chat(outer, message="Hello.", max_turns=2, silent=True)
    assert expert.chat_messages[outer][0]["content"] == f"Ask.\nContext: \n{carried}"


@pytest.mark.parametrize("config", ["all", {"summary": "all"}, {"summary_method": "some"}])
def test_a_wrong_carryover_config_is_named(config: Any):
    outer, user = agent("outer"), agent("user")
    outer.register_nested_chats([{"recipient": agent("x", "y"), "carryover_config": config}], trigger=user)
    with pytest.raises(ValueError, match=r"carryover_config|summary_method"):
        user.initiate_chat(outer, message="Hello.", silent=True)


def test_a_nested_chat_that_starts_itself_ends_at_the_depth_limit():
    a, b = agent("a"), agent("b")
    a.register_nested_chats([{"recipient": b, "max_turns": 1}], trigger=b)
    b.register_nested_chats([{"recipient": a, "max_turns": 1}], trigger=a)
    with pytest.raises(LimitReached, match="depth=5"), run_settings(limits=Limits(depth=5)):
        a.initiate_chat(b, message="Hello.", silent=True)


async def test_inner_chats_may_run_at_the_same_time():
    met = asyncio.Barrier(2)

    async def answer(request: Any) -> str:
        await met.wait()
        return f"answer to {request.messages[-1]['content']}"

    a, b = (agent(name, model=FunctionModel(answer)) for name in "ab")
    judge = agent("judge", "fine")
    outer, user = agent("outer"), agent("user", max_consecutive_auto_reply=0)
    queue = [
        entry(a, "one", chat_id=1),
        entry(b, "two", chat_id=2),
        entry(judge, "judge", chat_id=3, prerequisites=[1, 2]),
    ]
    outer.register_nested_chats(queue, trigger=user, use_async=True)
    result = await user.a_initiate_chat(outer, message="Hello.", silent=True)
    assert result.summary == "fine"
    assert judge.chat_messages[outer][0]["content"] == "judge\nContext: \nanswer to one\nanswer to two"


def test_whoever_is_named_as_sender_opens_the_inner_chat():
    expert, deputy, outer = agent("expert", "facts"), agent("deputy"), agent("outer")
    user = agent("user", max_consecutive_auto_reply=0)
    outer.register_nested_chats([{"sender": deputy, "recipient": expert, "max_turns": 1}], trigger=user)
    user.initiate_chat(outer, message="Hello.", silent=True)
    assert list(expert.chat_messages) == [deputy]
