"""Fan-out: members are asked at once, and their answers are joined; and mixtures, which do so in layers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from autogen import AssistantAgent, Limits, Switch, Team, UserProxyAgent
from autogen.errors import AgentNameConflict, ConversationError, LimitReached, ModelUnavailable
from autogen.events import ChatStarted, NoticeRaised
from autogen.teams.patterns.fan_out import FanOut, Mixture
from autogen.testing import FunctionModel, ScriptedHuman, ScriptedModel, calls
from autogen.tools.tool import tool
from tests.teams.transcripts import lines


def agent(name: str, *replies: Any, **options: Any) -> AssistantAgent:
    return AssistantAgent(name, "", model=ScriptedModel(*replies), **options)


def asked(member: Any) -> list[Any]:
    """What a member's model was told last, at each call."""
    return [request.messages[-1]["content"] for request in member.model.requests]


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_the_answers_follow_one_another_in_the_order_of_the_members(api: str):
    panel = FanOut([agent("a", "Yes. TERMINATE"), agent("b", "No.")])
    result = panel.run_sync("Rain?") if api == "sync" else await panel.run("Rain?")
    assert lines(result.chat_history) == ["user: Rain?", "panel: a: Yes.\n\nb: No."]
    assert (result.usage.calls, result.stop_reason and result.stop_reason.kind) == (2, "answered")


async def test_the_members_work_at_the_same_time_and_not_more_than_so_many():
    at_work, most = 0, 0

    async def answer(_: Any) -> str:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        for _ in range(5):
            await asyncio.sleep(0)
        at_work -= 1
        return "Done."

    members = [AssistantAgent(f"m{place}", model=FunctionModel(answer)) for place in range(6)]
    await FanOut(members).run("Go")
    assert most == 6
    most = 0
    await FanOut(members, at_once=2).run("Go")
    assert most == 2


async def test_a_barrier_of_all_members_is_passed_so_that_the_slowest_sets_the_time():
    barrier = asyncio.Barrier(3)

    async def answer(_: Any) -> str:
        await barrier.wait()
        return "Here."

    members = [AssistantAgent(f"m{place}", model=FunctionModel(answer)) for place in range(3)]
    async with asyncio.timeout(10):
        result = await FanOut(members, merge=lambda _, answers: " ".join(answers.values())).run("Go")
    assert result.summary == "Here. Here. Here."


async def test_answers_are_merged_by_a_function_sync_or_async_or_by_an_agent():
    def longest(question: str, answers: dict[str, str]) -> str:
        return f"{question} {max(answers.values(), key=len)}"

    async def names(question: str, answers: dict[str, str]) -> str:
        return "+".join(answers)

    assert (await FanOut([agent("a", "1"), agent("b", "22")], merge=longest).run("Q")).summary == "Q 22"
    assert (await FanOut([agent("a", "1"), agent("b", "22")], merge=names).run("Q")).summary == "a+b"
    editor = agent("editor", "Both are right.")
    assert (await FanOut([agent("a", "1"), agent("b", "22")], merge=editor).run("Q")).summary == "Both are right."
    assert asked(editor)[0].startswith("Q\n\nThese answers were given:\n\na: 1\n\nb: 22\n\n")


async def test_the_first_failure_cancels_the_others_and_is_raised():
    cancelled = asyncio.Event()

    async def wait(_: Any) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return ""

    slow = AssistantAgent("slow", model=FunctionModel(wait))
    with pytest.raises(ModelUnavailable, match="down") as raised:
        await FanOut([slow, agent("bad", ModelUnavailable("down"))]).run("Go")
    assert cancelled.is_set()
    assert lines(raised.value.result.chat_history) == ["user: Go"]


async def test_who_fails_is_left_out_if_that_is_wanted_and_reported():
    panel = FanOut([agent("bad", ModelUnavailable("down")), agent("good", "Here.")], failures="leave out")
    events = [event async for event in panel.run_stream("Go")]
    assert [event.text for event in events if isinstance(event, NoticeRaised)] == [
        "bad is left out: ModelUnavailable: down"
    ]
    with pytest.raises(ModelUnavailable):
        await FanOut([agent("bad", ModelUnavailable("down"))], failures="leave out").run("Go")


async def test_a_member_that_comes_to_no_answer_is_a_failure():
    tired = agent("tired", max_consecutive_auto_reply=0)
    with pytest.raises(ConversationError, match="tired did not finish: tired reached max_consecutive_auto_reply=0"):
        await FanOut([tired]).run("Go")


async def test_a_limit_of_the_run_stops_all_and_is_the_reason():
    panel = FanOut([agent("a", "1"), agent("b", "2"), agent("c", "3")], at_once=1)
    result = await panel.run("Go", limits=Limits(model_calls=2))
    assert (result.stop_reason and result.stop_reason.kind, result.usage.calls) == ("limit", 2)
    whole = await FanOut([agent("a", "1"), agent("b", "2")]).run("Go", limits=Limits(model_calls=2))
    assert whole.summary == "a: 1\n\nb: 2"


async def test_a_member_at_its_own_limit_is_left_out_but_the_limit_of_all_stops_all():
    def panel() -> FanOut:
        poor = agent("poor", "never", limits=Limits(model_calls=0))
        return FanOut([poor, agent("rich", "Here.")], failures="leave out", at_once=1)

    result = await panel().run("Go")
    assert (result.summary, result.usage.calls) == ("rich: Here.", 1)
    stopped = await panel().run("Go", limits=Limits(model_calls=0))
    assert stopped.stop_reason is not None
    assert stopped.stop_reason.kind == "limit"


async def test_panels_in_panels_reach_the_limit_of_depth():
    inner = FanOut([agent("a", "1")], name="inner")
    outer = FanOut([FanOut([inner], name="middle")], name="outer")
    assert (await outer.run("Go")).summary == "middle: inner: a: 1"
    with pytest.raises(LimitReached, match="depth"):
        await FanOut([FanOut([inner], name="middle")]).run("Go", limits=Limits(depth=2))


async def test_cancelling_the_run_cancels_every_member():
    started = asyncio.Barrier(4)
    stopped: list[int] = []

    async def wait(_: Any) -> str:
        await started.wait()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(1)
        return ""

    panel = FanOut([AssistantAgent(f"m{place}", model=FunctionModel(wait)) for place in range(3)])
    work = asyncio.create_task(panel.run("Go"))
    await started.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert len(stopped) == 3


async def test_a_switch_from_outside_stops_it():
    switch = Switch()

    def stop(_: Any) -> str:
        switch.stop("enough")
        return "Half."

    team = Team([AssistantAgent("a", model=FunctionModel(stop)), agent("b", "never")], choose="round_robin")
    result = await FanOut([team]).run("Go", switch=switch)
    assert str(result.stop_reason) == "enough"


async def test_an_approval_that_is_pending_inside_stops_the_whole_run():
    @tool(needs_approval=lambda _: None)
    def pay() -> str:
        """Pay."""
        return "paid"

    panel = FanOut([agent("clerk", calls("pay"), tools=[pay])])
    result = await panel.run("Go")
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "pending"


async def test_a_panel_is_a_member_of_a_team_and_its_inner_talk_stays_inside():
    panel = FanOut([agent("a", "1"), agent("b", "2")])
    boss = agent("boss", "Ask.", "TERMINATE")
    events = [event async for event in Team([boss, panel], choose="round_robin").run_stream("Go")]
    assert [(event.members, event.depth) for event in events if isinstance(event, ChatStarted)] == [
        (("user", "team"), 0),
        (("user", "a"), 1),
        (("user", "b"), 1),
    ]
    assert [message["content"] for message in boss.model.requests[1].messages[1:]] == ["Go", "Ask.", "a: 1\n\nb: 2"]


async def test_a_panel_answers_a_classic_partner_and_ends_where_nothing_is_asked():
    user = UserProxyAgent("user", human=ScriptedHuman("And now?", "exit"), code_execution_config=False)
    result = await user.a_initiate_chat(FanOut([agent("a", "1", "2")]), message="Go", silent=True)
    assert lines(result.chat_history) == ["user: Go", "panel: a: 1", "user: And now?", "panel: a: 2"]
    silent = UserProxyAgent("silent", human_input_mode="NEVER", code_execution_config=False)
    result = await silent.a_initiate_chat(FanOut([agent("a", "1")]), message="Go", silent=True)
    assert lines(result.chat_history) == ["silent: Go", "panel: a: 1", "silent: "]


async def test_a_panel_is_a_tool_of_an_agent():
    boss = agent("boss", calls("panel", task="Rain?"), "It rains.", tools=[FanOut([agent("a", "Yes.")])])
    result = await boss.run("Go")
    assert lines(result.chat_history)[2:] == ["boss: a: Yes.", "boss: It rains."]


async def test_a_picture_reaches_all_members():
    a = agent("a", "A cat.")
    parts = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
    ]
    await FanOut([a]).run({"content": parts})
    assert asked(a) == [parts]


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: FanOut([]), ValueError, "panel needs at least 1 members, not 0"),
        (lambda: FanOut(["a"]), TypeError, "panel asks agents and teams, not str"),
        (lambda: FanOut([agent("a"), agent("a")]), AgentNameConflict, "2 members of panel are named 'a'"),
        (lambda: FanOut([agent("a")], at_once=0), ValueError, "at_once=0"),
        (lambda: FanOut([agent("a")], failures="ignore"), ValueError, "failures='ignore'"),  # type: ignore[arg-type]
        (lambda: Mixture([], None), ValueError, "mixture needs at least one layer"),
        (lambda: Mixture([[agent("a")], []], None), ValueError, "a layer of mixture needs at least 1"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_made(make: Any, error: type[Exception], told: str):
    with pytest.raises(error, match=told):
        make()


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_each_layer_sees_what_the_one_before_said(api: str):
    a, b = agent("a", "1", "3"), agent("b", "2", "4")
    editor = agent("editor", "5")
    mixture = Mixture([[a, b], [b, a]], editor)
    result = mixture.run_sync("Q") if api == "sync" else await mixture.run("Q")
    assert result.summary == "5"
    assert asked(a)[0] == "Q"
    assert asked(a)[1].startswith("Q\n\nOthers have answered already:\n\na: 1\n\nb: 2\n\n")
    assert asked(a)[1] == asked(b)[1]
    assert "b: 4\n\na: 3" in asked(editor)[0]
    assert [len(request.messages) for request in a.model.requests] == [2, 2]  # each time anew
