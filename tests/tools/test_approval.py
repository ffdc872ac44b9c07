"""Approvals: one call, decided by a human, by a function, or later."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

import autogen
from autogen import AssistantAgent, UserProxyAgent, run_settings
from autogen.coding import ApprovedExecutor, CodeBlock, LocalCommandLineCodeExecutor
from autogen.core.approval import ApprovalRequest
from autogen.events import InputRequested
from autogen.testing import RecordingObserver, ScriptedHuman, ScriptedModel, calls

if TYPE_CHECKING:
    from pathlib import Path

PAID: list[int] = []


@pytest.fixture(autouse=True)
def _nothing_is_paid():
    PAID.clear()


def pay(amount: int) -> str:
    """Pay so much."""
    PAID.append(amount)
    return f"paid {amount}"


def texts(messages: list[Any]) -> list[Any]:
    return [message.get("content") for message in messages]


def payer(*replies: Any, needs_approval: Any = True, human: Any = None, **options: Any) -> AssistantAgent:
    tool = autogen.tool(pay, needs_approval=needs_approval)
    return AssistantAgent("clerk", model=ScriptedModel(*replies), tools=[tool], human=human, **options)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("y", "paid 5"),
        (" YES ", "paid 5"),
        ("", "Error: pay was not run: it was refused."),
        ("no", "Error: pay was not run: it was refused."),
        ("ask Ann first", "Error: pay was not run: it was refused: ask Ann first"),
        (None, "Error: pay was not run: it was refused: nobody is there to approve it"),
    ],
)
async def test_a_human_approves_or_refuses_and_says_why(words: str | None, answer: str):
    human = ScriptedHuman(words)
    result = await payer(calls(pay, amount=5), "ok", human=human).run("Pay 5.")
    assert texts(result.chat_history) == ["Pay 5.", None, answer, "ok"]
    assert [question.prompt for question in human.questions] == [
        'clerk wants to call pay({"amount":5}). Approve? [y/N, or say why not] '
    ]
    assert [5] * (answer == "paid 5") == PAID


def test_the_human_is_asked_through_the_agents_own_get_human_input():
    asked: list[str] = []

    class Clerk(AssistantAgent):
        def get_human_input(self, prompt: str, iostream: Any = None) -> str:
            asked.append(prompt)
            return "y"

    clerk = Clerk(
        "clerk", model=ScriptedModel(calls(pay, amount=5), "ok"), tools=[autogen.tool(pay, needs_approval=True)]
    )
    assert texts(clerk.run_sync("go").chat_history)[2] == "paid 5"
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("decision", "answer"),
    [
        (True, "paid 5"),
        (False, "Error: pay was not run: it was refused."),
        ("not on Sundays", "Error: pay was not run: it was refused: not on Sundays"),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
async def test_a_function_decides(decision: Any, answer: str, is_async: bool):
    seen: list[ApprovalRequest] = []

    def decide(request: ApprovalRequest) -> Any:
        seen.append(request)
        return decision

    async def decide_later(request: ApprovalRequest) -> Any:
        return decide(request)

    clerk = payer(calls(pay, amount=5), "ok", needs_approval=decide_later if is_async else decide)
    assert texts((await clerk.run("go")).chat_history)[2] == answer
    assert seen == [ApprovalRequest("tool", "clerk", "pay", '{"amount":5}', "call_1")]


async def test_a_decision_that_is_none_is_an_error_of_the_program():
    with pytest.raises(TypeError, match="An approver returns True, False"):
        await payer(calls(pay, amount=5), needs_approval=lambda _: 1).run("go")
    assert PAID == []


async def test_a_pending_approval_stops_the_run_as_data_and_the_answer_continues_it():
    decisions: dict[str, bool] = {}
    clerk = payer(calls(pay, amount=5), "Done.", needs_approval=lambda request: decisions.get(request.digest))
    watch = RecordingObserver()
    stopped = await clerk.run("Pay 5.", observers=[watch])
    asked = [event.approval for event in watch.events if isinstance(event, InputRequested)]
    assert stopped.stop_reason == ("pending", "clerk", 'clerk waits for the approval of pay {"amount":5}')
    assert PAID == []
    assert asked[0] is not None
    assert asked[0] | {"digest": ""} == {
        "kind": "tool",
        "agent": "clerk",
        "name": "pay",
        "arguments": '{"amount":5}',
        "call_id": "call_1",
        "digest": "",
    }

    decisions[asked[0]["digest"]] = True
    result = await clerk.run(None, clear_history=False)
    assert texts(result.chat_history) == ["Pay 5.", None, "paid 5", "Done."]
    assert PAID == [5]


async def test_while_one_approval_is_pending_no_other_call_of_the_message_runs():
    agent = payer(
        [calls(pay, amount=1), calls(pay, amount=2)],
        needs_approval=lambda request: True if request.arguments == '{"amount":1}' else None,
    )
    assert str((await agent.run("go")).stop_reason).startswith("clerk waits for the approval")
    assert PAID == []


async def test_an_approval_covers_one_call_and_not_another_with_the_same_tool():
    human = ScriptedHuman("y", "n")
    result = await payer([calls(pay, amount=1), calls(pay, amount=2)], "ok", human=human).run("go")
    assert PAID == [1]
    assert texts(result.chat_history)[2] == "paid 1\n\nError: pay was not run: it was refused."


async def test_arguments_that_are_wrong_are_not_asked_about():
    human = ScriptedHuman()
    result = await payer(calls(pay, amount="much"), "ok", human=human).run("go")
    assert str(texts(result.chat_history)[2]).startswith("Error: 1 validation error\namount: ")
    assert human.questions == []


def test_running_a_function_by_hand_asks_as_well():
    clerk = payer(human=ScriptedHuman("n", "y"))
    call = {"name": "pay", "arguments": '{"amount": 3}'}
    assert clerk.execute_function(call)[0] is False
    assert clerk.execute_function(call) == (True, {"name": "pay", "role": "function", "content": "paid 3"})
    assert PAID == [3]


async def test_approvals_pass_through_an_agent_that_is_a_tool():
    clerk = payer(calls(pay, amount=7), "Paid.")
    boss = AssistantAgent("boss", model=ScriptedModel(calls("clerk", task="Pay 7."), "All paid."), tools=[clerk])
    human = ScriptedHuman("y")
    result = await boss.run("Pay.", human=human)
    assert texts(result.chat_history) == ["Pay.", None, "Paid.", "All paid."]
    assert human.questions[0].prompt.startswith("clerk wants to call pay")
    assert PAID == [7]


async def test_an_approval_pending_inside_stops_the_run_outside():
    clerk = payer(calls(pay, amount=7), needs_approval=lambda _: None)
    boss = AssistantAgent("boss", model=ScriptedModel(calls("clerk", task="Pay 7.")), tools=[clerk])
    result = await boss.run("Pay.")
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "pending"
    assert "clerk waits for the approval of pay" in str(result.stop_reason)


def boss_with_a_chat_inside(clerk: AssistantAgent) -> AssistantAgent:
    """Return an agent that answers by a chat with the clerk."""
    boss = AssistantAgent("boss", model=ScriptedModel("never asked"))
    boss.register_nested_chats(
        [{"recipient": clerk, "message": "Pay 7.", "max_turns": 1, "summary_method": "last_msg"}],
        trigger=lambda sender: sender is not clerk,
    )
    return boss


async def test_approvals_pass_through_a_nested_chat():
    boss, human = boss_with_a_chat_inside(payer(calls(pay, amount=7), "Paid.")), ScriptedHuman("y")
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    with run_settings(human=human):
        result = await user.a_initiate_chat(boss, message="Pay.", max_turns=1, silent=True)
    assert result.summary == "Paid."
    assert human.questions[0].prompt.startswith("clerk wants to call pay")
    assert PAID == [7]


async def test_an_approval_pending_in_a_nested_chat_stops_the_chat_outside_and_the_answer_continues_it():
    decisions: dict[str, bool | None] = {}
    clerk = payer(
        calls(pay, amount=7), calls(pay, amount=7), "Paid.", needs_approval=lambda r: decisions.setdefault(r.arguments)
    )
    boss = boss_with_a_chat_inside(clerk)
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    first = await user.a_initiate_chat(boss, message="Pay.", max_turns=1, silent=True)
    assert first.stop_reason is not None
    assert (first.stop_reason.kind, PAID) == ("pending", [])
    assert "clerk waits for the approval of pay" in str(first.stop_reason)
    decisions.update(dict.fromkeys(decisions, True))
    again = await user.a_initiate_chat(boss, message="Pay now.", max_turns=1, silent=True)
    assert (again.summary, PAID) == ("Paid.", [7])


async def test_a_cancelled_question_leaves_nothing_approved():
    asked = asyncio.Event()

    async def wait(_: ApprovalRequest) -> bool:
        asked.set()
        return await asyncio.Future()

    run = asyncio.create_task(payer(calls(pay, amount=5), needs_approval=wait).run("go"))
    await asyncio.wait_for(asked.wait(), 5)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert PAID == []


def test_the_digest_tells_calls_apart():
    one = ApprovalRequest("tool", "clerk", "pay", '{"amount":5}', "c1")
    others = [
        ApprovalRequest("tool", "clerk", "pay", '{"amount":6}', "c1"),
        ApprovalRequest("tool", "clerk", "pay", '{"amount":5}', "c2"),
        ApprovalRequest("code", "clerk", "pay", '{"amount":5}', "c1"),
    ]
    assert one.digest == ApprovalRequest("tool", "clerk", "pay", '{"amount":5}', "c1").digest
    assert len({request.digest for request in [one, *others]}) == 4


def runner(needs_approval: Any = True, **options: Any) -> autogen.UserProxyAgent:
    executor = ApprovedExecutor(LocalCommandLineCodeExecutor(work_dir="work"), needs_approval)
    return autogen.UserProxyAgent(
        "runner", human_input_mode="NEVER", code_execution_config={"executor": executor}, **options
    )


WRITE = [{"role": "user", "content": "```sh\necho done > made\ncat made\n```"}]


@pytest.mark.parametrize(("words", "ran"), [("y", True), ("not today", False)])
async def test_code_waits_for_the_human_too(words: str, ran: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    human = ScriptedHuman(words)
    reply = await runner(human=human).a_generate_reply(WRITE)  # type: ignore[arg-type]
    assert human.questions[0].prompt == (
        "runner wants to run this sh:\necho done > made\ncat made\nApprove? [y/N, or say why not] "
    )
    if ran:
        assert reply == "exitcode: 0 (execution succeeded)\nCode output: done\n"
    else:
        assert reply == (
            "exitcode: 126 (execution failed)\nCode output: The code was not run: it was refused: not today"
        )
    assert (tmp_path / "work" / "made").exists() is ran


async def test_a_function_decides_about_code_and_may_leave_it_pending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    decisions: list[Any] = [None, "no", True]

    def decide(request: ApprovalRequest) -> Any:
        assert (request.kind, request.name, request.arguments) == ("code", "sh", "echo done > made\ncat made")
        return decisions.pop(0)

    agent = runner(decide)
    assert await agent.a_generate_reply(WRITE) is None  # type: ignore[arg-type]
    assert "The code was not run: it was refused: no" in await agent.a_generate_reply(WRITE)  # type: ignore[arg-type]
    assert "done" in await agent.a_generate_reply(WRITE)  # type: ignore[arg-type]


def test_an_executor_that_asks_can_be_used_by_hand(tmp_path: Path):
    blocks = [CodeBlock("echo done", "sh")]
    inner = LocalCommandLineCodeExecutor(work_dir=tmp_path)
    assert ApprovedExecutor(inner).execute_code_blocks(blocks).exit_code == 126
    assert ApprovedExecutor(inner, lambda _: False).execute_code_blocks(blocks).output.endswith("it was refused.")
    approved = ApprovedExecutor(inner, lambda _: True)
    assert approved.execute_code_blocks(blocks).output == "done\n"
    assert approved.timeout == inner.timeout
    assert ApprovedExecutor(inner, needs_approval=False).execute_code_blocks(blocks).exit_code == 0
    assert isinstance(ApprovedExecutor().executor, LocalCommandLineCodeExecutor)
