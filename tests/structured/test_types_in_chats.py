"""Answers of a type in chats of two, in rows of chats, and from teams: `result.output` is the value."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from typing_extensions import TypedDict

from autogen import AssistantAgent, GroupChat, GroupChatManager, UserProxyAgent, initiate_chats
from autogen.errors import OutputInvalid
from autogen.messages import text_of
from autogen.teams.team import Team
from autogen.testing import ScriptedModel, calls, drive


class Point(TypedDict):
    x: int
    y: int


def agent_of(*replies: Any, name: str = "assistant", **options: Any) -> AssistantAgent:
    return AssistantAgent(name, "Help.", model=ScriptedModel(*replies), **options)


def person() -> UserProxyAgent:
    return UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, default_auto_reply="Go on.")


def models_of(team: Team | list[AssistantAgent]) -> list[Any]:
    return [agent.model for agent in (team.members if isinstance(team, Team) else team)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("api", ["sync", "async"])
@pytest.mark.parametrize("where", ["chat", "agent"])
def test_a_chat_of_two_has_the_value_of_the_last_answer(api: Literal["sync", "async"], where: str) -> None:
    ofs: dict[str, Any] = {"output_type": Point}
    assistant = agent_of('{"x": 1, "y": 2}', '{"x": 3, "y": 4}', **(ofs if where == "agent" else {}))
    given = ofs if where == "chat" else {}
    result = drive(api, person().initiate_chat, assistant, message="Where?", max_turns=2, silent=True, **given)
    assert result.output == {"x": 3, "y": 4}
    assert result.chat_history[1].get("content") == '{"x": 1, "y": 2}'


async def test_a_chat_of_two_mends_what_does_not_fit_and_works_with_tools_in_between() -> None:
    def look() -> str:
        """Look."""
        return "seen"

    assistant = agent_of(calls(look), "I see it.", '{"x": 1, "y": 2}', tools=[look])
    result = await person().a_initiate_chat(assistant, message="Where?", max_turns=1, silent=True, output_type=Point)
    assert result.output == {"x": 1, "y": 2}
    assert text_of(assistant.model.requests[2].messages[-1]).startswith("This does not fit")


async def test_the_type_holds_for_that_chat_alone_and_is_no_context_of_the_message() -> None:
    seen: list[dict[str, Any]] = []

    def opening(sender: Any, recipient: Any, context: dict[str, Any]) -> str:
        seen.append(context)
        return "Where?"

    assistant, user = agent_of('{"x": 1, "y": 2}', "Somewhere."), person()
    first = await user.a_initiate_chat(
        assistant, message=opening, max_turns=1, silent=True, output_type=Point, place="x"
    )
    second = await user.a_initiate_chat(assistant, message="And now?", max_turns=1, silent=True)
    assert (first.output, second.output, second.summary) == ({"x": 1, "y": 2}, None, "Somewhere.")
    assert seen == [{"place": "x"}]


async def test_a_chat_whose_model_never_arrives_at_an_answer_is_an_error_with_the_chat_so_far() -> None:
    with pytest.raises(OutputInvalid) as caught:
        await person().a_initiate_chat(agent_of("a", "b", "c"), message="Where?", silent=True, output_type=Point)
    assert caught.value.result.chat_history[0]["content"] == "Where?"


def test_the_entries_of_a_row_of_chats_may_each_have_a_type() -> None:
    user = person()
    results = initiate_chats([
        {"sender": user, "recipient": agent_of('{"x": 1, "y": 2}'), "message": "Where?", "max_turns": 1, "silent": True,
         "output_type": Point},
        {"sender": user, "recipient": agent_of("[7]", name="other"), "message": "Which?", "max_turns": 1, "silent": True,
         "output_type": list[int]},
    ])  # fmt: skip
    assert [result.output for result in results] == [{"x": 1, "y": 2}, [7]]


def team_of(*replies: list[Any]) -> Team:
    members = [agent_of(*said, name=f"member_{index}") for index, said in enumerate(replies)]
    return Team(members, choose="round_robin")


async def test_the_last_word_of_a_team_is_taken_if_it_fits() -> None:
    team = team_of(["Hm."], ["[3, 4] TERMINATE"])
    result = await team.run("Which?", output_type=list[int])
    assert result.output == [3, 4]
    assert [len(model.requests) for model in models_of(team)] == [1, 1]


async def test_otherwise_whoever_spoke_last_says_the_result_as_a_value() -> None:
    team = team_of(["Three, I think."], ["And four. TERMINATE", "three, four", "[3, 4]"])
    result = await team.run("Which?", output_type=list[int])
    assert result.output == [3, 4]
    said = [message.get("content") for message in result.chat_history]
    assert said == ["Which?", "Three, I think.", "And four. TERMINATE", "[3, 4]"]
    assert result.usage is not None
    assert result.usage.calls == 4
    again = await team_of(["Five."], ["Six. TERMINATE"]).run("Which?")
    assert again.output is None


def test_a_classic_group_gives_a_value_too() -> None:
    members = [agent_of("Three?", name="a"), agent_of("Four. TERMINATE", '{"x": 3, "y": 4}', name="b")]
    group = GroupChat(members, max_round=3, speaker_selection_method="round_robin")  # type: ignore[arg-type]
    result = person().initiate_chat(
        GroupChatManager(group), message="Where?", max_turns=1, silent=True, output_type=Point
    )
    assert result.output == {"x": 3, "y": 4}
