"""Agents, and anything else that works on a task, as tools of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

import autogen
from autogen import AssistantAgent, Limits
from autogen.events import ChatStarted
from autogen.teams.team import Team
from autogen.testing import RecordingObserver, ScriptedModel, calls


def texts(messages: list[Any]) -> list[Any]:
    return [message.get("content") for message in messages]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_an_agent_asks_another_through_a_tool(api: str):
    import asyncio  # noqa: PLC0415 - for one form only

    expert = AssistantAgent("the expert", description="Knows birds.", model=ScriptedModel("A wren. TERMINATE"))
    model = ScriptedModel(calls("the_expert", task="Which bird?"), "It is a wren.")
    agent = AssistantAgent("assistant", model=model, tools=[expert])
    result = agent.run_sync("What sings?") if api == "sync" else asyncio.run(agent.run("What sings?"))
    assert texts(result.chat_history) == ["What sings?", None, "A wren.", "It is a wren."]
    assert model.requests[0].tools[0]["function"] == {
        "name": "the_expert",
        "description": "Knows birds.",
        "parameters": {"type": "object", "properties": {"task": {"type": "string"}}, "required": ["task"]},
    }
    assert result.usage.calls == 3


async def test_the_inner_run_shares_events_and_limits_of_the_outer():
    expert = AssistantAgent("expert", model=ScriptedModel("A wren."))
    model = ScriptedModel(calls("expert", task="Which bird?"), "It is a wren.")
    watch = RecordingObserver()
    agent = AssistantAgent("assistant", model=model, tools=[expert])
    result = await agent.run("What sings?", observers=[watch], limits=Limits(model_calls=2))
    assert [event.members for event in watch.events if isinstance(event, ChatStarted)] == [
        ("user", "assistant"),
        ("user", "expert"),
    ]
    assert len({event.run_id for event in watch.events}) == 1
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"


async def test_two_tasks_at_once_for_one_agent_do_not_mix():
    expert = AssistantAgent(
        "expert", model=ScriptedModel(*[lambda request: f"on {request.messages[-1]['content']}"] * 2)
    )
    model = ScriptedModel([calls("expert", task="birds"), calls("expert", task="bees")], "ok")
    result = await AssistantAgent("assistant", model=model, tools=[expert]).run("go")
    assert texts(result.chat_history)[2] == "on birds\n\non bees"


async def test_an_agent_that_does_not_finish_says_so():
    add = autogen.tool(lambda: "1", name="one", description="One.")
    expert = AssistantAgent(
        "expert", model=ScriptedModel(*[calls("one")] * 9), tools=[add], max_consecutive_auto_reply=4
    )
    result = await AssistantAgent(
        "assistant", model=ScriptedModel(calls("expert", task="go"), "ok"), tools=[expert]
    ).run("go")
    assert texts(result.chat_history)[2] == (
        "Error: expert did not finish: expert reached max_consecutive_auto_reply=4. So far: 1"
    )


async def test_an_agent_as_a_tool_may_have_another_name_and_a_bound_of_messages():
    expert = AssistantAgent("expert", model=ScriptedModel("Yes?", "no"))
    tool = expert.as_tool(name="ask", description="Ask.", max_turns=1)
    result = await AssistantAgent("assistant", model=ScriptedModel(calls("ask", task="x"), "ok"), tools=[tool]).run(
        "go"
    )
    assert texts(result.chat_history)[2] == "Yes?"


async def test_a_whole_team_is_a_tool_too():
    members = [
        AssistantAgent("doubter", model=ScriptedModel("Five?")),
        AssistantAgent("counter", model=ScriptedModel("It is 4. TERMINATE")),
    ]
    team = Team(members, choose="round_robin", name="experts", description="Know numbers.")
    model = ScriptedModel(calls("experts", task="2 + 2?"), "Four.")
    result = await AssistantAgent("assistant", model=model, tools=[team]).run("2 + 2?")
    assert [message.get("content") for message in result.chat_history] == ["2 + 2?", None, "It is 4.", "Four."]
    assert model.requests[0].tools[0]["function"]["description"] == "Know numbers."
    assert result.usage is not None
    assert result.usage.calls == 4


async def test_anything_with_a_name_and_a_run_can_be_a_tool():
    @dataclass
    class Answer:
        summary: str
        stop_reason: None = None

    class Oracle:
        name = "oracle"

        async def run(self, task: str, **_: Any) -> Answer:
            return Answer(f"{task}? 42.")

    model = ScriptedModel(calls("oracle", task="Why"), "ok")
    result = await AssistantAgent("assistant", model=model, tools=[Oracle()]).run("go")
    assert texts(result.chat_history)[2] == "Why? 42."
    assert model.requests[0].tools[0]["function"]["description"] == "Give oracle a task."


async def test_agents_that_are_tools_of_each_other_reach_the_limit_of_depth_and_go_on():
    ask = calls("other", task="and you?")
    other = AssistantAgent("other", model=ScriptedModel(*[lambda _: ask] * 3, *["ok"] * 9))
    autogen_self = other.as_tool()
    other.function_map["other"] = autogen_self
    result = await other.run("go", limits=Limits(depth=2))
    assert result.summary == "ok"
