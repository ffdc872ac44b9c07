"""When the human is asked, with which words, and what the answers do."""

import asyncio
from typing import Any

import pytest

from autogen import ConversableAgent, UserProxyAgent
from autogen.testing import FunctionModel, ScriptedHuman, ScriptedModel, drive

FEEDBACK = (
    "Please give feedback to bot. Press enter to skip and use auto-reply, or type 'exit' to stop the conversation: "
)
STOP = "Please give feedback to bot. Press enter or type 'exit' to stop the conversation: "
REPLY = "Replying as user. Provide feedback to bot. Press enter to skip and use auto-reply, or type 'exit' to end the conversation: "


class Questions:
    """A human that answers from a list and remembers what it was asked."""

    def __init__(self, *answers: str | None) -> None:
        self.answers, self.asked = list(answers), list[str]()

    async def ask(self, question: Any) -> str | None:
        self.asked.append(question.prompt)
        return self.answers.pop(0)


def bot(*replies: str) -> ConversableAgent:
    return ConversableAgent("bot", model=ScriptedModel(*replies), human_input_mode="NEVER")


def user(mode: Any, human: Any, **options: Any) -> UserProxyAgent:
    return UserProxyAgent("user", human_input_mode=mode, human=human, code_execution_config=False, **options)


@pytest.mark.parametrize("api", ["sync", "async"])
@pytest.mark.parametrize(
    ("mode", "limit", "replies", "answers", "prompts", "said", "kind"),
    [
        ("ALWAYS", None, ["one"], ["exit"], [REPLY], ["hi", "one"], "exit"),
        ("ALWAYS", None, ["one", "two"], ["", "exit"], [REPLY] * 2, ["hi", "one", "", "two"], "exit"),
        ("ALWAYS", None, ["one", "two"], ["more", "exit"], [REPLY] * 2, ["hi", "one", "more", "two"], "exit"),
        ("ALWAYS", None, ["TERMINATE"], [""], [REPLY], ["hi", "TERMINATE"], "terminated"),
        (
            "ALWAYS",
            None,
            ["TERMINATE", "ok"],
            ["go on", "exit"],
            [REPLY] * 2,
            ["hi", "TERMINATE", "go on", "ok"],
            "exit",
        ),
        ("TERMINATE", None, ["one", "TERMINATE"], [""], [STOP], ["hi", "one", "", "TERMINATE"], "terminated"),
        (
            "TERMINATE",
            None,
            ["TERMINATE", "TERMINATE"],
            ["more", "exit"],
            [STOP] * 2,
            ["hi", "TERMINATE", "more", "TERMINATE"],
            "exit",
        ),
        ("TERMINATE", 1, ["one", "two"], ["exit"], [FEEDBACK], ["hi", "one", "", "two"], "exit"),
        ("TERMINATE", 0, ["one", "two"], ["", "exit"], [FEEDBACK] * 2, ["hi", "one", "", "two"], "exit"),
        ("NEVER", None, ["one", "TERMINATE"], [], [], ["hi", "one", "", "TERMINATE"], "terminated"),
        ("NEVER", 1, ["one", "two"], [], [], ["hi", "one", "", "two"], "max_auto_replies"),
        ("NEVER", 0, ["one"], [], [], ["hi", "one"], "max_auto_replies"),
    ],
)
def test_each_mode_asks_so_often_and_in_these_words(
    api: str,
    mode: str,
    limit: int | None,
    replies: list[str],
    answers: list[str],
    prompts: list[str],
    said: list[str],
    kind: str,
):
    human = Questions(*answers)
    asker = user(mode, human, max_consecutive_auto_reply=limit)
    result = drive(api, asker.initiate_chat, bot(*replies), message="hi", silent=True)
    assert human.asked == prompts
    assert [m["content"] for m in result.chat_history] == said
    assert result.stop_reason.kind == kind


def test_what_the_human_said_is_in_the_result():
    result = user("ALWAYS", Questions("a", "", "exit")).initiate_chat(bot("1", "2", "3"), message="hi", silent=True)
    assert result.human_input == ["a", "", "exit"]


def test_the_end_of_input_ends_the_chat_and_approves_nothing():
    result = user("ALWAYS", Questions(None)).initiate_chat(bot("shall I?"), message="hi", silent=True)
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "no_human"
    assert [m["content"] for m in result.chat_history] == ["hi", "shall I?"]


def test_without_a_message_the_human_gives_the_opening():
    human = Questions("what is the time?", "exit")
    result = user("ALWAYS", human).initiate_chat(bot("late"), silent=True)
    assert human.asked == [">", REPLY]
    assert [m["content"] for m in result.chat_history] == ["what is the time?", "late"]


@pytest.mark.parametrize("api", ["sync", "async"])
@pytest.mark.parametrize("twin", ["sync", "async"])
def test_overriding_get_human_input_replaces_the_terminal(api: str, twin: str):
    asked: list[str] = []

    class SyncUser(UserProxyAgent):
        def get_human_input(self, prompt: str, iostream: Any = None) -> str:
            asked.append(prompt)
            return "exit"

    class AsyncUser(UserProxyAgent):
        async def a_get_human_input(self, prompt: str, iostream: Any = None) -> str:
            asked.append(prompt)
            return "exit"

    asker = (SyncUser if twin == "sync" else AsyncUser)("user", code_execution_config=False)
    drive(api, asker.initiate_chat, bot("one"), message="hi", silent=True)
    assert asked == [REPLY]


def test_a_human_who_interrupts_tool_calls_answers_each_of_them_once():
    wanted = {
        "tool_calls": [
            {"id": f"c{n}", "type": "function", "function": {"name": "f", "arguments": "{}"}} for n in (1, 2)
        ]
    }
    model = ScriptedModel({"role": "assistant", "content": None, **wanted}, "as you wish")
    assistant = ConversableAgent("bot", model=model, human_input_mode="NEVER")
    user("ALWAYS", Questions("stop that", "exit")).initiate_chat(assistant, message="hi", silent=True)
    assert [(m["role"], m["content"]) for m in model.requests[1].messages[2:]] == [
        ("assistant", None),
        ("tool", "USER INTERRUPTED"),
        ("tool", "USER INTERRUPTED"),
        ("user", "stop that"),
    ]


async def test_a_chat_that_waits_for_a_human_can_be_cancelled():
    asked = asyncio.Event()

    class Silent:
        async def ask(self, question: Any) -> str | None:
            asked.set()
            await asyncio.Event().wait()
            return None

    chat = asyncio.create_task(user("ALWAYS", Silent()).a_initiate_chat(bot("?"), message="hi", silent=True))
    await asked.wait()
    chat.cancel()
    with pytest.raises(asyncio.CancelledError):
        await chat


def test_the_scripted_human_of_the_testing_module_answers_in_order():
    asker = user("ALWAYS", ScriptedHuman("one more", "exit"))
    talker = ConversableAgent("bot", model=FunctionModel(lambda _: "well"), human_input_mode="NEVER")
    assert [m["content"] for m in asker.initiate_chat(talker, message="hi", silent=True).chat_history] == [
        "hi",
        "well",
        "one more",
        "well",
    ]
