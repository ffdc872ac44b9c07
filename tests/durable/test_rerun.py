"""A program is run again after an edit: what the edit does not concern is answered from the record, and a report says why."""

from __future__ import annotations

import asyncio
import random
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from autogen import (
    AssistantAgent,
    ConversableAgent,
    GroupChat,
    GroupChatManager,
    Tool,
    UserProxyAgent,
    run_settings,
    tool,
)
from autogen.chats.resume import diff, fork, replay, rerun
from autogen.coding import MarkdownCodeExtractor
from autogen.coding.executor import CodeBlock, CommandLineCodeResult
from autogen.core.record.edition import edition_of
from autogen.errors import InDoubt, RecordDiffers, RunExists, UnknownRun
from autogen.messages import text_of
from autogen.models.client import ModelReply
from autogen.stores.sharing import journal_at
from autogen.stores.shelf import list_runs
from autogen.testing import FunctionModel, ScriptedHuman, calls
from autogen.usage import Usage

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.chats.again.rerun import Rerun
    from autogen.models.client import ModelRequest


def record(journal: str, program: Any, **settings: Any) -> Any:
    with run_settings(journal=journal, run_id="old", observers=[], **settings):
        return program()


def again(journal: str, program: Any, into: str = "new", **settings: Any) -> Rerun:
    with rerun(journal, "old", into) as report, run_settings(observers=[], **settings):
        program()
    return report


def told(report: Rerun) -> list[tuple[str, str, str]]:
    return [(step.source, step.state, step.why) for step in report.steps]


class Trio:
    """Three agents in a group, each of whose models says how much it has heard, and at what cost."""

    def __init__(self, **prompts: str) -> None:
        self.prompts = {"planner": "Plan.", "writer": "Write.", "critic": "Find faults.", **prompts}
        self.asked: list[str] = []

    def model(self, name: str) -> Any:
        def reply(request: ModelRequest) -> Any:
            self.asked.append(name)
            words = f"{name} ({self.prompts[name]}) has heard {len(request.messages)} messages."
            return ModelReply({"role": "assistant", "content": words}, usage=Usage(100, 10, cost_usd=0.01))

        return FunctionModel(reply)

    def __call__(self) -> list[Any]:
        members: list[Any] = [
            ConversableAgent(name, prompt, model=self.model(name), human_input_mode="NEVER")
            for name, prompt in self.prompts.items()
        ]
        group = GroupChat(members, max_round=4, speaker_selection_method="random", allow_repeat_speaker=False)
        members[0].initiate_chat(GroupChatManager(group), message="Let us begin.")
        return group.messages


def test_nothing_is_asked_where_nothing_has_changed(journal: str):
    said = record(journal, Trio())
    program = Trio()
    report = again(journal, program)
    assert program.asked == []
    assert [step.state for step in report.steps] == ["held"] * 3
    assert (report.cost_usd, round(report.saved_usd, 6)) == (0, 0.03)
    assert diff(journal, "old", "new") is None
    with replay(journal, "new"), run_settings(observers=[]):
        assert Trio()() == said


def test_after_the_edit_of_a_prompt_only_what_follows_from_it_is_paid_for(journal: str):
    record(journal, Trio())
    speakers = [step.source for step in again(journal, Trio(), "same").steps]
    edited = speakers[1]
    program = Trio(**{edited: "Do it better."})
    report = again(journal, program)
    assert told(report) == [
        (speakers[0], "held", ""),
        (edited, "done", f"system message of {edited} changed"),
        (
            speakers[2],
            "done",
            f"message 3 ({edited}) differs" if speakers[2] != edited else f"system message of {edited} changed",
        ),
    ]
    assert program.asked == speakers[1:]
    assert (round(report.cost_usd, 6), round(report.saved_usd, 6)) == (0.02, 0.01)
    assert "2 of 3 steps were done anew: 220 tokens, $0.0200. Saved: 110 tokens, $0.0100." in str(report)
    with journal_at(journal) as opened:
        costs = {run.id: round(run.cost_usd or 0, 6) for run in list_runs(opened)}
    assert costs == {"old": 0.03, "same": 0, "new": 0.02}


def test_the_new_run_is_whole_and_goes_on_by_itself(journal: str):
    record(journal, Trio())
    again(journal, Trio(critic="Be kind.", writer="Write well."))
    program = Trio(critic="Be kind.", writer="Write well.")
    with run_settings(journal=journal, run_id="new", resume=True, observers=[]):
        program()
    assert program.asked == []


class Errand:
    """An assistant whose tools leave traces."""

    def __init__(self, prompt: str = "Help.", order: tuple[str, ...] = ("ann", "ben"), *, signs: bool = False) -> None:
        self.prompt, self.order, self.signs = prompt, order, signs
        self.mails: list[str] = []
        self.looked_up: list[str] = []

    def reply(self, request: ModelRequest) -> Any:
        answers = [message for message in request.messages if message.get("role") == "tool"]
        if not answers:
            return [*(calls("mail", to=name) for name in self.order), calls("look_up", name="cid")]
        return f"{len(answers)} answers. TERMINATE"

    def __call__(self) -> Any:
        mails, looked_up = self.mails, self.looked_up

        def mail(to: str) -> str:
            """Send a mail."""
            mails.append(to)
            return f"sent to {to}"

        def look_up(name: str) -> str:
            """Look up an address."""
            looked_up.append(name)
            return f"{name}@example.org"

        def signed_look_up(name: str) -> str:
            """Look up an address."""
            looked_up.append(name)
            return f"{name}@example.org, and regards"

        tools = [tool(mail), tool(signed_look_up if self.signs else look_up, name="look_up", effect="pure")]
        user = UserProxyAgent(
            "user",
            tools=tools,
            human_input_mode="NEVER",
            is_termination_msg=lambda message: "TERMINATE" in text_of(message),
            code_execution_config=False,
        )
        return user.initiate_chat(
            AssistantAgent("assistant", self.prompt, model=FunctionModel(self.reply)), message="Do."
        )


def test_what_must_not_happen_twice_does_not_where_it_is_asked_in_the_same_words(journal: str):
    record(journal, Errand())
    program = Errand("Help in another way.", ("ben", "ann"))
    report = again(journal, program)
    assert (program.mails, program.looked_up) == ([], [])
    assert told(report) == [
        ("assistant", "done", "system message of assistant changed"),
        ("user", "held", ""),
        ("user", "held", ""),
        ("user", "held", ""),
        ("assistant", "done", "system message of assistant changed"),
    ]


def test_a_tool_that_was_edited_is_called_anew_and_the_others_are_not(journal: str):
    record(journal, Errand())
    program = Errand(signs=True)
    report = again(journal, program)
    assert (program.mails, program.looked_up) == ([], ["cid"])
    assert [(step.name, step.why) for step in report.paid] == [
        ("look_up", "look_up was edited"),
        ("function", "message 3 (user) differs"),
    ]


@pytest.mark.parametrize(
    ("text", "is_another"),
    [
        ("def helper():\n    return 1\n\ndef act():  # as before\n\n    return helper()\n", False),
        ("def helper():\n    return 2\n\ndef act():\n    return helper()\n", True),
        ("def helper():\n    return 1\n\ndef act():\n    return helper() + 1\n", True),
        ("def other():\n    return 3\n\ndef helper():\n    return 1\n\ndef act():\n    return helper()\n", False),
    ],
    ids=["a comment", "what it calls", "itself", "something else"],
)
@pytest.mark.parametrize("has_source", [True, False])
def test_a_function_was_edited_where_its_code_or_what_it_calls_is_another(
    tmp_path: Path, text: str, is_another: bool, has_source: bool
):
    def edition(words: str) -> str:
        file = tmp_path / f"module_{len(words)}_{zlib.crc32(words.encode())}.py"
        if has_source:
            file.write_text(words)
        names: dict[str, Any] = {"__name__": file.stem}
        exec(compile(words, str(file), "exec"), names)  # noqa: S102 - our own text
        return edition_of(names["act"])

    before = edition("def helper():\n    return 1\n\ndef act():\n    return helper()\n")
    assert before
    assert (edition(text) != before) is is_another


def test_a_call_that_is_new_is_made(journal: str):
    record(journal, Errand())
    program = Errand("Help others.", ("ann", "dan"))
    report = again(journal, program)
    assert program.mails == ["dan"]
    assert [(step.name, step.why) for step in report.paid if step.kind == "tool"] == [
        ("mail", "arguments of mail differ")
    ]


def test_a_step_in_doubt_stays_in_doubt(journal: str):
    program = Errand()

    def crash(to: str) -> str:
        """Send a mail."""
        raise KeyboardInterrupt

    def hold() -> Any:
        user = UserProxyAgent(
            "user", tools=[tool(crash, name="mail")], human_input_mode="NEVER", code_execution_config=False
        )
        model = FunctionModel(lambda request: calls("mail", to="ann") if len(request.messages) < 3 else "Done.")
        return user.initiate_chat(AssistantAgent("assistant", program.prompt, model=model), message="Do.", max_turns=2)

    with pytest.raises(KeyboardInterrupt):
        record(journal, hold)
    with pytest.raises(InDoubt):
        again(journal, hold)


def consult(prompt: str, asked: list[str]) -> Any:
    """Ask an agent that asks another one as a tool."""

    def model(name: str, reply: Any) -> Any:
        def noted(request: ModelRequest) -> Any:
            asked.append(name)
            return reply(request)

        return FunctionModel(noted)

    said = model("expert", lambda _: f"The expert says: {prompt}")
    inner = AssistantAgent("expert", prompt, description="Knows a lot.", model=said)
    outer = AssistantAgent(
        "assistant",
        "Ask.",
        tools=[inner.as_tool()],
        model=model(
            "assistant",
            lambda request: (
                text_of(request.messages[-1])
                if request.messages[-1].get("role") == "tool"
                else calls("expert", task="Think.")
            ),
        ),
    )
    return outer.run_sync("What now?").summary


def test_the_edit_of_an_agent_that_is_a_tool_shows_inside_the_call(journal: str):
    record(journal, lambda: consult("Yes.", []))
    asked: list[str] = []
    report = again(journal, lambda: consult("No.", asked))
    assert asked == ["expert", "assistant"]
    assert told(report) == [
        ("assistant", "held", ""),
        ("assistant", "entered", ""),
        ("expert", "done", "system message of expert changed"),
        ("assistant", "done", "message 5 (assistant) differs"),
    ]
    asked.clear()
    assert [step.state for step in again(journal, lambda: consult("Yes.", asked), "same").steps] == [
        "held",
        "entered",
        "held",
        "held",
    ]
    assert asked == []


class Interview:
    """A human who is asked after each reply."""

    def __init__(self, prompt: str, *words: str) -> None:
        self.prompt, self.human = prompt, ScriptedHuman(*words)

    def __call__(self) -> Any:
        user = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config=False, human=self.human)
        assistant = AssistantAgent(
            "assistant", self.prompt, model=FunctionModel(lambda request: f"{self.prompt} {len(request.messages)}?")
        )
        return user.initiate_chat(assistant, message="Hello.")


def test_a_human_is_asked_again_only_where_the_conversation_has_become_another_one(journal: str):
    record(journal, Interview("Ask.", "Go on.", "exit"))
    same = again(journal, Interview("Ask."), "same")
    assert [step.state for step in same.steps] == ["held"] * 4
    other = again(journal, Interview("Ask more.", "Stop.", "exit"))
    assert told(other) == [
        ("assistant", "done", "system message of assistant changed"),
        ("user", "done", "message 2 (assistant) differs"),
        ("assistant", "done", "system message of assistant changed"),
        ("user", "done", "message 2 (assistant) differs"),
    ]


class Counter:
    """Runs code, and says how often it did."""

    code_extractor = MarkdownCodeExtractor()

    def __init__(self) -> None:
        self.ran: list[str] = []

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CommandLineCodeResult:
        self.ran += [block.code.strip() for block in code_blocks]
        return CommandLineCodeResult(0, f"ran {len(self.ran)}")

    def restart(self) -> None:
        """Nothing is kept."""


def code_twice(first: str, counter: Counter) -> Any:
    def reply(request: ModelRequest) -> str:
        asked = sum(message.get("role") == "assistant" for message in request.messages)
        return f"```python\n{first if asked == 0 else 'use(x)'}\n```" if asked < 2 else "TERMINATE"

    user = UserProxyAgent(
        "user",
        human_input_mode="NEVER",
        code_execution_config={"executor": counter},
        is_termination_msg=lambda message: text_of(message) == "TERMINATE",
    )
    assistant = AssistantAgent("assistant", f"Write {first}", model=FunctionModel(reply))
    return user.initiate_chat(assistant, message="Go.")


def test_code_is_run_anew_after_other_code(journal: str):
    record(journal, lambda: code_twice("x = 1", Counter()))
    counter = Counter()
    assert [step.state for step in again(journal, lambda: code_twice("x = 1", counter), "same").steps] == ["held"] * 5
    report = again(journal, lambda: code_twice("x = 2", counter))
    assert counter.ran == ["x = 2", "use(x)"]
    assert [step.why for step in report.paid if step.kind == "code"] == [
        "code differs",
        "code that ran before it was run anew",
    ]


async def side_by_side(prompts: dict[str, str], asked: list[str], seed: int) -> None:
    """Hold chats at the same time, with models that take their time."""
    chance = random.Random(seed)  # noqa: S311 - so that the chats come in another order each time

    def model(name: str) -> FunctionModel:
        async def reply(request: ModelRequest) -> str:
            await asyncio.sleep(chance.random() / 200)
            asked.append(name)
            return f"{name} has heard {len(request.messages)} messages."

        return FunctionModel(reply)

    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, default_auto_reply="Go on.")
    await user.a_initiate_chats(
        [
            {
                "chat_id": number,
                "recipient": AssistantAgent(name, prompt, model=model(name)),
                "message": "Go.",
                "max_turns": 3,
            }
            for number, (name, prompt) in enumerate(prompts.items())
        ]
    )


async def test_chats_at_the_same_time_find_their_own_in_whatever_order(journal: str):
    prompts, asked = {"ann": "A.", "ben": "B.", "cid": "C."}, list[str]()
    with run_settings(journal=journal, run_id="old", observers=[]):
        await side_by_side(prompts, asked, 1)
    asked.clear()
    with rerun(journal, "old", "new") as report, run_settings(observers=[]):
        await side_by_side({**prompts, "ben": "Better."}, asked, 2)
    assert asked == ["ben"] * 3
    assert {step.source for step in report.steps if step.state == "held"} == {"ann", "cid"}


def echoing(seed: int, edited: str = "") -> Any:
    """Hold a group, some of whose members ask tools, in which all that is said hangs on all that was said before."""
    chance = random.Random(seed)  # noqa: S311 - a program for each seed
    names = ["ann", "ben", "cid", "dan"][: chance.randint(2, 4)]
    askers = {name for name in names if chance.random() < 0.4}

    def model(name: str) -> FunctionModel:
        def reply(request: ModelRequest) -> Any:
            words = zlib.crc32(repr([message.get("content") for message in request.messages]).encode())
            if name in askers and request.messages[-1].get("role") != "tool" and words % 2:
                return calls("weigh", number=words % 3)
            return f"{name} says {words % 100 if len(request.messages) % 3 else 'the usual'}."

        return FunctionModel(reply)

    def weigh(number: int) -> str:
        """Weigh a number."""
        return f"{number} weighs {number * 2}"

    def weigh_anew(number: int) -> str:
        """Weigh a number."""
        return f"{number} weighs {number * 2 or 1}"

    scales = Tool(weigh_anew if edited == "weigh" else weigh, name="weigh", effect="pure")
    members: list[Any] = [
        ConversableAgent(
            name,
            "Speak up." if edited == name else "Speak.",
            model=model(name),
            tools=[scales] if name in askers else [],
            human_input_mode="NEVER",
        )
        for name in names
    ]
    group = GroupChat(
        members, max_round=chance.randint(4, 9), speaker_selection_method=chance.choice(["round_robin", "random"])
    )
    members[0].initiate_chat(GroupChatManager(group), message=f"Program {seed}.")
    return [[message.get("name"), text_of(message)] for message in group.messages]


@pytest.mark.parametrize("seed", range(6))
def test_a_rerun_says_what_the_edited_program_would_say_by_itself(tmp_path: Path, seed: int):
    file = tmp_path / "chat.db"
    with run_settings(journal=file, run_id="old", observers=[]):
        echoing(seed)
    for edited in ("ann", "ben", "weigh"):
        with rerun(file, "old", edited), run_settings(observers=[]):
            again = echoing(seed, edited)
        fork(file, "old", f"fresh {edited}", at=0)  # with the same chance
        with run_settings(journal=file, run_id=f"fresh {edited}", resume=True, observers=[]):
            assert again == echoing(seed, edited)


def test_an_interrupted_rerun_goes_on_where_it_was(journal: str):
    record(journal, Trio())

    class Tired(Trio):
        def model(self, name: str) -> Any:
            def reply(request: ModelRequest) -> Any:
                if self.asked:
                    raise ConnectionError
                self.asked.append(name)
                return f"{name} says {self.prompts[name]}"

            return FunctionModel(reply)

    edits = {"planner": "Plan more.", "writer": "Write more.", "critic": "Find more."}
    with pytest.raises(ConnectionError):
        again(journal, Tired(**edits))
    program = Trio(**edits)
    report = again(journal, program)
    assert len(program.asked) == 2
    assert [step.state for step in report.steps] == ["before", "done", "done"]


def test_a_program_that_names_its_run_is_understood(journal: str):
    program = Trio()

    def named() -> Any:
        with run_settings(journal=journal, run_id="old", resume=True, observers=[]):
            return program()

    named()
    asked = list(program.asked)
    with rerun(journal, "old", "new") as report:
        named()
    assert program.asked == asked
    assert {step.run_id for step in report.steps} == {"new"}
    with replay(journal, "old"):
        named()
    assert program.asked == asked


def test_a_program_that_names_another_run_is_not_taken_for_this_one(journal: str):
    record(journal, Trio())
    with rerun(journal, "old", "new") as report, run_settings(journal=journal, run_id="other", observers=[]):
        Trio()()
    assert report.steps == []
    assert "names otherwise" in str(report)


def test_a_program_that_differs_from_its_record_is_told_in_what(journal: str):
    record(journal, Trio())
    words = r"system message of \w+ changed\. .*autogen rerun"
    settings: dict[str, Any] = {"run_id": "old", "resume": True, "observers": []}
    with run_settings(journal=journal, **settings), pytest.raises(RecordDiffers, match=words):
        Trio(planner="x", writer="x", critic="x")()


def test_a_rerun_that_cannot_be_says_why(journal: str):
    record(journal, Trio())
    with run_settings(journal=journal, run_id="other", observers=[]):
        Trio()()
    with pytest.raises(UnknownRun, match="nothing"), rerun(journal, "nothing", "new"):
        pass
    with pytest.raises(RunExists, match="other"):
        again(journal, Trio(), "other")
