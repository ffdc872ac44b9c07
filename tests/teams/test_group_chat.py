"""Groups: who hears what, who speaks, and why it ends. What the classic does is in tests/classic; here is what ours adds."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tracemalloc
from itertools import pairwise
from typing import Any

import pytest

from autogen import (
    AgentNameConflict,
    AssistantAgent,
    ConversableAgent,
    GroupChat,
    GroupChatManager,
    Limits,
    Team,
    UserProxyAgent,
    run_settings,
)
from autogen.core.human import CallbackHuman
from autogen.errors import ModelUnavailable, UnknownSpeaker
from autogen.events import MessageSent, SpeakerSelected, StepStarted
from autogen.testing import FunctionModel, RecordingObserver, ScriptedHuman, ScriptedModel, calls
from tests.servers.openai_server import OpenAIServer, reply, status


def member(name: str, *says: str, **options: Any) -> ConversableAgent:
    if says:
        options["model"] = ScriptedModel(*says)
    usual: dict[str, Any] = {"human_input_mode": "NEVER", "default_auto_reply": f"I am {name}."}
    return ConversableAgent(name, **(usual | options))


def group_of(*members: Any, **options: Any) -> GroupChatManager:
    manager: dict[str, Any] = {key: options.pop(key) for key in ("model", "is_termination_msg") if key in options}
    usual: dict[str, Any] = {"speaker_selection_method": "round_robin"}
    return GroupChatManager(GroupChat(list(members), [], **(usual | options)), **manager)


def said(messages: Any) -> list[str]:
    return [f"{message['name']}: {message['content']}" for message in messages]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_every_member_has_the_same_history_and_its_own_words_as_the_assistants(api: str):
    ann, bob, cid = member("ann"), member("bob"), member("cid")
    manager = group_of(ann, bob, cid, max_round=4)
    chat = ann.a_initiate_chat(manager, message="Hello.", silent=True)
    result = asyncio.run(chat) if api == "async" else None
    if result is None:
        chat.close()
        result = ann.initiate_chat(manager, message="Hello.", silent=True)
    whole = ["ann: Hello.", "bob: I am bob.", "cid: I am cid.", "ann: I am ann."]
    assert said(manager.groupchat.messages) == said(result.chat_history) == whole
    for agent in (ann, bob, cid):
        assert said(agent.chat_messages[manager]) == said(manager.chat_messages[agent]) == whole
        own = [message["name"] == agent.name for message in agent.chat_messages[manager]]
        assert [message["role"] == "assistant" for message in agent.chat_messages[manager]] == own
        assert [message["role"] == "user" for message in manager.chat_messages[agent]] == own
    assert (result.turns, result.stop_reason and result.stop_reason.detail) == (4, "max_round=4 is reached")


def test_a_member_may_be_read_in_the_middle_and_still_hears_the_rest():
    lengths: list[int] = []
    ann, bob = member("ann"), member("bob")
    manager = group_of(ann, bob, max_round=5)

    def look(recipient: Any, messages: list[Any], sender: Any, config: Any) -> tuple[bool, None]:
        lengths.append(len(ann.chat_messages[manager]))
        return False, None

    bob.register_reply(None, look)
    bob.register_reply([ConversableAgent], look)
    ann.initiate_chat(manager, message="Hello.", silent=True)
    assert lengths == [1, 3]
    assert len(ann.chat_messages[manager]) == len(bob.chat_messages[manager]) == 5


def test_two_chats_of_one_manager_at_once_never_see_one_another():
    async def both() -> list[Any]:
        ann, bob = member("ann"), member("bob")
        manager = group_of(ann, bob, max_round=4)
        return await asyncio.gather(
            *(ann.a_initiate_chat(manager, message=f"chat {n}", silent=True) for n in range(10))
        )

    for number, result in enumerate(asyncio.run(both())):
        assert said(result.chat_history) == [
            f"ann: chat {number}",
            "bob: I am bob.",
            "ann: I am ann.",
            "bob: I am bob.",
        ]


def test_the_events_tell_who_was_chosen_and_what_choosing_cost():
    seen = RecordingObserver()
    ann, bob, cid = member("ann"), member("bob"), member("cid")
    manager = group_of(
        ann, bob, cid, max_round=4, speaker_selection_method="auto", model=ScriptedModel("cid", "nobody", "bob", "cid")
    )
    with run_settings(observers=[seen]):
        result = ann.initiate_chat(manager, message="Hello.", silent=True)
    chosen = [event for event in seen.events if isinstance(event, SpeakerSelected)]
    assert [(event.source, event.speaker, event.why, event.model_calls) for event in chosen] == [
        ("chat_manager", "cid", "chosen by the model, asked 1 time", 1),
        ("chat_manager", "bob", "chosen by the model, asked 2 times", 2),
        ("chat_manager", "cid", "chosen by the model, asked 1 time", 1),
    ]
    assert {event.source for event in seen.events if isinstance(event, StepStarted)} == {"speaker_selection_agent"}
    assert len([event for event in seen.events if isinstance(event, MessageSent)]) == 4
    assert result.usage.calls == 4


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [
        ("cid", "cid"),
        ('{"next_speaker": "cid"}', "cid"),
        ("**Cid**", "cid"),
        ("I think cid should answer.", "cid"),
        ("dr_who", "dr_who"),
        ("Dr Who", "dr_who"),
        ("dr\\_who, please", "dr_who"),
    ],
)
def test_a_name_is_found_in_what_a_model_answers(answer: str, chosen: str):
    manager = group_of(
        member("ann"),
        member("cid"),
        member("dr_who"),
        max_round=2,
        speaker_selection_method="auto",
        model=ScriptedModel(answer),
    )
    UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False).initiate_chat(
        manager, message="Hello.", silent=True
    )
    assert manager.groupchat.messages[-1]["name"] == chosen


@pytest.mark.parametrize("answer", ["", "ann or bob", "nobody", "placid", "{", '{"a": 1, "b": 2}'])
def test_an_answer_that_names_nobody_or_several_is_asked_again_and_then_the_next_one_speaks(answer: str):
    model = ScriptedModel(*[answer] * 3)
    manager = group_of(
        member("ann"), member("bob"), member("cid"), max_round=2, speaker_selection_method="auto", model=model
    )
    result = manager.groupchat.agents[0].initiate_chat(manager, message="Hello.", silent=True)  # type: ignore[attr-defined]
    assert manager.groupchat.messages[-1]["name"] == "bob"
    assert result.usage.calls == len(model.requests) == 3


def test_a_failure_of_the_choosing_model_ends_the_chat_with_all_that_was_said():
    ann = member("ann")
    failing = ScriptedModel("bob", ModelUnavailable("the server is down"))
    manager = group_of(ann, member("bob"), member("cid"), speaker_selection_method="auto", model=failing)
    with pytest.raises(ModelUnavailable, match="the server is down") as failure:
        ann.initiate_chat(manager, message="Hello.", silent=True)
    assert said(failure.value.result.chat_history) == ["ann: Hello.", "bob: I am bob."]


def test_nobody_is_asked_who_speaks_where_only_one_may():
    ann, bob, cid = member("ann"), member("bob"), member("cid")
    ways: dict[Any, list[Any]] = {ann: [bob], bob: [cid], cid: [ann]}
    manager = group_of(
        ann,
        bob,
        cid,
        max_round=4,
        speaker_selection_method="auto",
        model=ScriptedModel(),
        allowed_or_disallowed_speaker_transitions=ways,
        speaker_transitions_type="allowed",
    )
    result = ann.initiate_chat(manager, message="Hello.", silent=True)
    assert [message["name"] for message in result.chat_history] == ["ann", "bob", "cid", "ann"]
    assert result.usage.calls == 0


def test_an_outsider_chosen_by_a_function_is_refused_by_name():
    ann, bob, stranger = member("ann"), member("bob"), member("stranger")
    manager = group_of(ann, bob, speaker_selection_method=lambda last, group: stranger)
    with pytest.raises(UnknownSpeaker, match=r"'stranger', who is not in the group chat \(members: ann, bob\)"):
        ann.initiate_chat(manager, message="Hello.", silent=True)


def test_an_async_function_may_choose():
    async def choose(last_speaker: Any, group: GroupChat) -> Any:
        await asyncio.sleep(0)
        return group.next_agent(last_speaker) if len(group.messages) < 3 else None

    ann, bob = member("ann"), member("bob")
    manager = group_of(ann, bob, speaker_selection_method=choose)
    result = ann.initiate_chat(manager, message="Hello.", silent=True)
    assert len(result.chat_history) == 3
    assert result.stop_reason == ("no_speaker", "ann", "choose chose nobody.")


def test_members_of_one_name_are_refused_where_a_model_must_tell_them_apart():
    manager = group_of(
        member("twin"), member("twin"), speaker_selection_method="auto", model=ScriptedModel("twin"), max_round=2
    )
    with pytest.raises(AgentNameConflict, match="2 members are named 'twin'"):
        member("ann").initiate_chat(manager, message="Hello.", silent=True)


def test_a_member_that_fails_ends_the_chat_and_the_others_keep_what_was_said():
    def fail(*_: Any) -> tuple[bool, str]:
        raise OSError("no disk")

    ann, bob, cid = member("ann"), member("bob"), member("cid")
    cid.register_reply([ConversableAgent], lambda recipient, messages, sender, config: fail())
    manager = group_of(ann, bob, cid)
    with pytest.raises(OSError, match="no disk"):
        ann.initiate_chat(manager, message="Hello.", silent=True)
    assert said(ann.chat_messages[manager]) == said(cid.chat_messages[manager]) == ["ann: Hello.", "bob: I am bob."]


async def test_a_group_that_is_cancelled_keeps_a_history_that_is_the_same_for_all():
    ann, bob, cid = member("ann"), member("bob"), member("cid")
    reached = asyncio.Event()

    async def wait(recipient: Any, messages: Any, sender: Any, config: Any) -> tuple[bool, str]:
        reached.set()
        await asyncio.Event().wait()
        return True, "never"

    cid.register_reply([ConversableAgent], wait)
    manager = group_of(ann, bob, cid)
    chat = asyncio.create_task(ann.a_initiate_chat(manager, message="Hello.", silent=True))
    await reached.wait()
    chat.cancel()
    with pytest.raises(asyncio.CancelledError):
        await chat
    assert said(ann.chat_messages[manager]) == said(bob.chat_messages[manager]) == ["ann: Hello.", "bob: I am bob."]
    cid.reset()
    assert (
        len((await ann.a_initiate_chat(group_of(ann, bob, max_round=3), message="Again.", silent=True)).chat_history)
        == 3
    )


def test_a_limit_ends_a_group_and_says_which():
    ann, bob = member("ann", "a1", "a2"), member("bob", "b1", "b2")
    with run_settings(limits=Limits(model_calls=2)):
        result = ann.initiate_chat(group_of(ann, bob), message="Hello.", silent=True)
    assert said(result.chat_history) == ["ann: Hello.", "bob: b1", "ann: a1"]
    assert str(result.stop_reason).startswith("model_calls=2 is reached")


def test_a_human_is_a_member_like_any_other():
    human = UserProxyAgent("human", code_execution_config=False, human=ScriptedHuman("What about tea?", "exit"))
    ann = member("ann", "Coffee.", "Tea, then.")
    result = human.initiate_chat(group_of(human, ann), message="A drink?", silent=True)
    assert said(result.chat_history) == ["human: A drink?", "ann: Coffee.", "human: What about tea?", "ann: Tea, then."]
    assert result.stop_reason == ("exit", "human", "human's human typed 'exit'")


def test_a_group_within_a_group_answers_with_its_last_message():
    ann, bob = member("ann"), member("bob")
    inner = GroupChatManager(
        GroupChat([ann, bob], [], max_round=3, speaker_selection_method="round_robin"), name="inner"
    )
    cid = member("cid")
    outer = GroupChatManager(
        GroupChat([cid, inner], [], max_round=3, speaker_selection_method="round_robin"), name="outer"
    )
    result = cid.initiate_chat(outer, message="Hello.", silent=True)
    assert said(result.chat_history) == ["cid: Hello.", "inner: I am bob.", "cid: I am cid."]
    assert said(inner.groupchat.messages) == ["outer: Hello.", "ann: I am ann.", "bob: I am bob."]


def test_a_member_with_its_own_way_to_hear_hears_everything():
    heard: list[str] = []

    class Listener(ConversableAgent):
        def receive(self, message: Any, sender: Any, request_reply: Any = None, silent: Any = False) -> None:
            heard.append(message["content"])
            super().receive(message, sender, request_reply, silent)

    seen = RecordingObserver()
    ann = member("ann")
    ear = Listener("ear", human_input_mode="NEVER", default_auto_reply="I hear.")
    manager = group_of(ann, ear, max_round=4)
    with run_settings(observers=[seen]):
        ann.initiate_chat(manager, message="Hello.", silent=True)
    assert heard == ["Hello.", "I am ann."]
    assert said(ear.chat_messages[manager]) == said(ann.chat_messages[manager])
    assert len([event for event in seen.events if isinstance(event, MessageSent)]) == 4


def test_no_graph_ever_sees_a_forbidden_hand_over():
    chance = random.Random(20)  # noqa: S311 - the same graphs each time
    members = [member(name) for name in "abcdef"]
    for _ in range(60):
        ways: dict[Any, list[Any]] = {
            agent: chance.sample(members, chance.randint(0, len(members))) for agent in members
        }
        if not any(ways.values()):
            continue
        manager = group_of(
            *members,
            max_round=30,
            speaker_selection_method=chance.choice(["random", "round_robin", "auto"]),
            allowed_or_disallowed_speaker_transitions=ways,
            speaker_transitions_type="allowed",
        )
        result = chance.choice(members).initiate_chat(manager, message="Hello.", silent=True)
        names = [message["name"] for message in result.chat_history]
        allowed = {(agent.name, other.name) for agent, others in ways.items() for other in others}
        assert set(pairwise(names)) <= allowed
        assert result.stop_reason is not None
        assert (len(names) == 30) != (result.stop_reason.kind == "no_speaker")


def test_memory_grows_with_what_is_said_and_not_with_how_many_hear_it():
    def taken(count: int) -> int:
        members = [member(f"m{number}") for number in range(count)]
        manager = group_of(*members, max_round=300)
        members[0].initiate_chat(manager, message="Hello.", silent=True)  # the threads are there
        tracemalloc.start()
        result = members[0].initiate_chat(manager, message="Hello.", silent=True)
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(result.chat_history) == 300
        return held

    assert taken(100) < 2 * taken(4)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"max_round": -1}, "max_round=-1"),
        ({"max_round": "ten"}, "max_round='ten'"),
        ({"max_retries_for_selecting_speaker": -1}, "max_retries_for_selecting_speaker=-1"),
        ({"role_for_select_speaker_messages": "boss"}, "role_for_select_speaker_messages='boss'"),
        ({"speaker_transitions_type": "maybe", "allowed_or_disallowed_speaker_transitions": {}}, "'maybe'"),
    ],
)
def test_settings_that_cannot_work_are_named(options: dict[str, Any], hint: str):
    with pytest.raises(ValueError, match=hint):
        GroupChat([member("ann"), member("bob")], [], **options)


def test_what_is_no_group_is_refused():
    with pytest.raises(TypeError, match="groupchat must be a GroupChat, not list"):
        GroupChatManager([member("ann")])  # type: ignore[arg-type]


def test_an_assistant_and_its_user_solve_a_task_in_a_group_with_real_code(tmp_path: Any):
    coder = AssistantAgent("coder", model=ScriptedModel("```python\nprint(6 * 7)\n```", "It is 42. TERMINATE"))
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"work_dir": str(tmp_path)})
    manager = group_of(
        user, coder, is_termination_msg=lambda message: "TERMINATE" in (message.get("content") or ""), max_round=8
    )
    result = user.initiate_chat(manager, message="What is 6 * 7?", silent=True)
    assert [message["content"] for message in result.chat_history][2] == (
        "exitcode: 0 (execution succeeded)\nCode output: \n42\n"
    )
    assert result.summary == "It is 42. "


def test_ctrl_c_gives_the_floor_to_the_admin_and_a_second_one_ends_the_chat():
    async def hang(request: Any) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()
        return "never"

    def interrupt(question: Any) -> str:
        raise KeyboardInterrupt

    bob = ConversableAgent("bob", human_input_mode="NEVER")
    bob.register_reply(  # runs in this thread, which from then on waits for the chat
        ConversableAgent, lambda recipient, messages, sender, config: (True, "I am bob.")
    )
    slow = ConversableAgent("slow", model=FunctionModel(hang), human_input_mode="NEVER")
    admin = UserProxyAgent("Admin", code_execution_config=False, human=ScriptedHuman("Say less."))
    ann = member("ann")
    manager = group_of(ann, bob, slow, admin, max_round=4)
    result = ann.initiate_chat(manager, message="Hello.", silent=True)
    assert said(result.chat_history) == ["ann: Hello.", "bob: I am bob.", "Admin: Say less.", "ann: I am ann."]
    admin.human = CallbackHuman(interrupt)
    with pytest.raises(KeyboardInterrupt):
        ann.initiate_chat(manager, message="Hello.", silent=True)


def test_a_member_of_a_team_that_called_its_tools_goes_on_with_their_answer():
    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    clerk = AssistantAgent("clerk", model=ScriptedModel(calls("add", a=1, b=2), "It is 3."), tools=[add])
    critic = member("critic", "Fine. TERMINATE")
    result = Team([clerk, critic], choose="round_robin").run_sync("1 + 2?")
    assert said(result.chat_history) == [
        "user: 1 + 2?",
        "clerk: ",
        "clerk: 3",
        "clerk: It is 3.",
        "critic: Fine. TERMINATE",
    ]


def served_group(server: OpenAIServer) -> GroupChatManager:
    group = GroupChat([member("ann"), member("bob"), member("cid")], [], max_round=3)
    return GroupChatManager(group, llm_config={"config_list": [server.config()]})


def test_a_model_that_can_be_held_to_a_schema_is_asked_for_one_of_the_names():
    with OpenAIServer(reply('{"next_speaker": "cid"}'), reply('{"next_speaker": "bob"}')) as server:
        manager = served_group(server)
        result = manager.groupchat.agents[0].initiate_chat(manager, message="Hello.", silent=True)  # type: ignore[attr-defined]
    assert said(result.chat_history) == ["ann: Hello.", "cid: I am cid.", "bob: I am bob."]
    asked = [request.body["response_format"]["json_schema"]["schema"]["properties"] for request in server.requests]
    assert asked == [{"next_speaker": {"type": "string", "enum": ["ann", "bob", "cid"]}}] * 2


def test_a_server_that_takes_no_schema_is_asked_freely_from_then_on():
    with OpenAIServer(status(400, "response_format is not supported"), reply("cid"), reply("bob")) as server:
        manager = served_group(server)
        result = manager.groupchat.agents[0].initiate_chat(manager, message="Hello.", silent=True)  # type: ignore[attr-defined]
    assert said(result.chat_history) == ["ann: Hello.", "cid: I am cid.", "bob: I am bob."]
    assert ["response_format" in request.body for request in server.requests] == [True, False, False]
