"""What holds for every pattern: both twins, streaming, nesting, tools, limits, cancellation, many runs at once.

Tier T1: a rule-based program plays all models.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, ConversableAgent, GroupChat, GroupChatManager, Limits, Team
from autogen.chats.termination import MaxTurns
from autogen.errors import ModelUnavailable
from autogen.events import ChatEnded, MessageSent, RunEnded, StepEnded, StepStarted
from autogen.messages import text_of
from autogen.teams.patterns import Debate, FanOut, Mixture, Orchestrator, Reflection, SocietyOfMindAgent
from autogen.teams.policies import Graph, Handoff, Handoffs
from autogen.testing import FunctionModel, RecordingObserver, ScriptedModel, calls
from autogen.tools.tool import tool
from tests.teams.transcripts import lines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.models.client import ModelRequest

    Answer = Callable[[ModelRequest], Any] | Callable[[ModelRequest], Awaitable[Any]]

KINDS = ("debate", "fan out", "graph", "handoffs", "mixture", "orchestrator", "reflection", "society of mind")


def rules(request: ModelRequest) -> Any:
    """Answer as a model might: hand over where that is possible, JSON where it is wanted, and approve of everything."""
    asked = text_of(request.messages[-1])
    if request.tools:
        return calls(request.tools[0]["function"]["name"])
    if '"plan"' in asked:
        return json.dumps({"next_speaker": "a", "instruction": "Begin."})
    return json.dumps({"is_done": True}) if '"is_done"' in asked else "APPROVED"


def make(kind: str, answer: Answer = rules, *, name: str = "it", a: ConversableAgent | None = None) -> ConversableAgent:
    """Return a pattern of the members `a` and `b`, whose models all follow `answer`."""
    model = FunctionModel(answer)
    a = a or AssistantAgent("a", "", model=model)
    b = AssistantAgent("b", "", model=model)
    group = GroupChat([a, b], [], max_round=3, speaker_selection_method="round_robin")
    makers: dict[str, Callable[[], ConversableAgent]] = {
        "debate": lambda: Debate([a, b], name=name),
        "fan out": lambda: FanOut([a, b], merge=lambda question, answers: answers["a"], name=name),
        "graph": lambda: Team([a, b], choose=Graph({a: [b], b: []}, start=a), stop=MaxTurns(9), name=name),
        "handoffs": lambda: Team([a, b], choose=Handoffs({a: [Handoff(b)]}), stop=MaxTurns(9), name=name),
        "mixture": lambda: Mixture([[a], [a, b]], b, name=name),
        "orchestrator": lambda: Orchestrator([a, b], model=model, name=name),
        "reflection": lambda: Reflection(a, b, name=name),
        "society of mind": lambda: SocietyOfMindAgent(name, GroupChatManager(group), human_input_mode="NEVER"),
    }
    return makers[kind]()


@pytest.mark.parametrize("kind", KINDS)
async def test_sync_async_and_streamed_runs_come_to_the_same(kind: str):
    awaited = await make(kind).run("Go")
    waited = await asyncio.to_thread(make(kind).run_sync, "Go")
    stream = make(kind).run_stream("Go")
    events = [event async for event in stream]
    assert stream.result is not None
    assert lines(awaited.chat_history) == lines(waited.chat_history) == lines(stream.result.chat_history)
    assert awaited.summary == waited.summary == stream.result.summary == "APPROVED"
    asked = sum(isinstance(event, StepEnded) and event.kind == "model" for event in events)
    assert awaited.usage.calls == waited.usage.calls == asked
    assert isinstance(events[-1], RunEnded)
    assert [event.turns for event in events if isinstance(event, ChatEnded)][-1] == awaited.turns
    assert any(isinstance(event, MessageSent) and event.source == "it" for event in events)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_second_task_begins_anew(kind: str):
    pattern = make(kind)
    first, second = await pattern.run("Go"), await pattern.run("Go")
    assert lines(first.chat_history) == lines(second.chat_history)


@pytest.mark.parametrize("kind", KINDS)
async def test_it_is_a_tool_of_an_agent(kind: str):
    boss = AssistantAgent("boss", "", model=ScriptedModel(calls("it", task="Go"), "Thanks."), tools=[make(kind)])
    assert lines((await boss.run("Ask it.")).chat_history)[2:] == ["boss: APPROVED", "boss: Thanks."]


@pytest.mark.parametrize("outer", KINDS)
@pytest.mark.parametrize("inner", KINDS)
async def test_every_pattern_works_within_every_other(outer: str, inner: str):
    result = await make(outer, a=make(inner, name="a")).run("Go")
    assert (result.summary, result.error) == ("APPROVED", None)
    assert result.stop_reason is not None
    assert result.stop_reason.kind in {"answered", "no_speaker", "max_turns"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("calls_allowed", [1, 2])
async def test_a_limit_ends_it_with_its_reason_and_is_not_passed(kind: str, calls_allowed: int):
    whole = await make(kind).run("Go")
    result = await make(kind).run("Go", limits=Limits(model_calls=calls_allowed))
    assert result.stop_reason is not None
    assert result.usage.calls == min(calls_allowed, whole.usage.calls)
    assert (result.stop_reason.kind == "limit") == (whole.usage.calls > calls_allowed)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_failing_model_is_the_error_of_the_run(kind: str):
    def fail(_: ModelRequest) -> Any:
        raise ModelUnavailable("down")

    with pytest.raises(ModelUnavailable, match="down") as raised:
        await make(kind, fail).run("Go")
    assert lines(raised.value.result.chat_history)[0].endswith(": Go")


@pytest.mark.parametrize("kind", KINDS)
async def test_cancelling_leaves_no_task_and_every_step_has_its_end(kind: str):
    asked = asyncio.Event()

    async def wait(_: ModelRequest) -> Any:
        asked.set()
        await asyncio.Event().wait()

    seen = RecordingObserver()
    before = asyncio.all_tasks()
    work = asyncio.create_task(make(kind, wait).run("Go", observers=[seen]))
    await asked.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert asyncio.all_tasks() - before == set()
    steps = [[event.step_id for event in seen.events if isinstance(event, each)] for each in (StepStarted, StepEnded)]
    assert sorted(steps[0]) == sorted(steps[1])
    assert isinstance(seen.events[-1], RunEnded)
    assert seen.events[-1].reason.kind == "cancelled"


@pytest.mark.parametrize("kind", KINDS)
async def test_one_pattern_serves_many_runs_at_once(kind: str):
    async def slowly(request: ModelRequest) -> Any:
        await asyncio.sleep(0)
        return rules(request)

    pattern = make(kind, slowly)
    alone = await pattern.run("Go")
    results = await asyncio.gather(*(pattern.run("Go") for _ in range(20)))
    assert {tuple(lines(result.chat_history)) for result in results} == {tuple(lines(alone.chat_history))}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_approval_that_is_pending_inside_ends_the_run_as_pending(kind: str):
    @tool(needs_approval=lambda _: None)
    def pay() -> str:
        """Pay."""
        return "paid"

    clerk = AssistantAgent("a", "", model=FunctionModel(lambda _: calls("pay")), tools=[pay])
    result = await make(kind, a=clerk).run("Go")
    assert (result.stop_reason and result.stop_reason.kind) == "pending"


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("debate", 4),
        ("fan out", 2),
        ("graph", None),
        ("handoffs", None),
        ("mixture", 4),
        ("orchestrator", None),
        ("reflection", 7),
        ("society of mind", 2),
    ],
)
async def test_a_check_tells_the_most_model_calls_and_a_run_keeps_to_it(kind: str, most: int | None):
    pattern, other = make(kind), AssistantAgent("other", "", model=FunctionModel(rules))
    report = Team([pattern, other], choose="round_robin", stop=MaxTurns(2)).check()
    assert report.is_sound
    if most is None:
        assert report.most_model_calls is None or report.most_model_calls >= (await pattern.run("Go")).usage.calls
        return
    assert report.most_model_calls == most
    assert (await pattern.run("Go")).usage.calls <= most
