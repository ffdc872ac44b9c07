"""Warnings about code before it runs: to whoever approves, and to whoever watches; and what was approved is what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import UserProxyAgent, run_settings
from autogen.coding import ApprovedExecutor, CodeBlock, CodeWarning, LocalCommandLineCodeExecutor
from autogen.coding.review import review
from autogen.errors import MissingExtra
from autogen.events import NoticeRaised, StepStarted
from autogen.testing import ScriptedHuman
from tests.coding.conftest import Kept

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.core.approval import ApprovalRequest

HARMLESS = "print(6 * 7)"
GRAVE = "import subprocess\n# nosec\nsubprocess.call('echo ' + input(), shell=True)  # nosec"


def approved(work_dir: Path, needs_approval: Any, **options: Any) -> ApprovedExecutor:
    return ApprovedExecutor(LocalCommandLineCodeExecutor(work_dir=work_dir), needs_approval, review=True, **options)


async def reply(executor: ApprovedExecutor, code: str, *, human: ScriptedHuman | None = None) -> tuple[str, Kept]:
    """Have an agent run a piece of code."""
    agent = UserProxyAgent(
        "runner", human_input_mode="NEVER", human=human, code_execution_config={"executor": executor}
    )
    peer = UserProxyAgent("peer", human_input_mode="NEVER", code_execution_config=False)
    kept = Kept()
    with run_settings(observers=[kept]):
        chat = await peer.a_initiate_chat(agent, message=f"```python\n{code}\n```", max_turns=1)
    return str(chat.chat_history[-1]["content"]), kept


async def test_warnings_name_block_line_rule_and_the_gravest_first():
    blocks = [CodeBlock(HARMLESS, "python"), CodeBlock(GRAVE, "python"), CodeBlock("rm -rf /", "bash")]
    found = await review(blocks)
    assert [(each.block, each.line, each.severity, each.rule) for each in found] == [
        (2, 3, "high", "B602"),
        (3, 0, "high", ""),
        (2, 1, "low", "B404"),
    ]
    assert str(found[0]).startswith("high: block 2, line 3: subprocess call with shell=True")
    assert (
        str(found[1])
        == "high: block 3: Potentially dangerous command detected: Use of 'rm -rf' command is not allowed."
    )


async def test_code_that_cannot_be_read_is_told_and_harms_nobody():
    deep = "(" * 100_000 + ")" * 100_000
    for code in ("def broken(:", deep, "\0", "x = '\ud800'"):
        found = await review([CodeBlock(code, "python")])
        assert all(isinstance(each, CodeWarning) for each in found)
    assert "could not be analysed" in str((await review([CodeBlock("def broken(:", "python")]))[0])
    assert await review([]) == await review([CodeBlock("<p>", "html")]) == ()


async def test_the_human_sees_the_warnings_with_the_question(tmp_path: Path):
    human = ScriptedHuman("yes")
    said, kept = await reply(approved(tmp_path, needs_approval=True), "assert True\nprint('ran')", human=human)
    assert "ran" in said
    (question,) = (asked.prompt for asked in human.questions)
    assert "\nWarning, low: block 1, line 1: Use of assert detected." in question
    (notice,) = [event.text for event in kept.events if isinstance(event, NoticeRaised)]
    assert "which is no protection" in notice
    assert "[B101]" in notice


async def test_without_a_warning_nobody_need_be_asked(tmp_path: Path):
    human = ScriptedHuman("no, thanks")
    executor = approved(tmp_path, "if_warned")
    assert "42" in (await reply(executor, HARMLESS, human=human))[0]
    assert human.questions == []
    assert "no, thanks" in (await reply(executor, GRAVE, human=human))[0]
    assert len(human.questions) == 1


async def test_a_function_decides_by_the_warnings(tmp_path: Path):
    asked: list[ApprovalRequest] = []

    def decide(request: ApprovalRequest) -> bool | str:
        asked.append(request)
        return "too grave" if any(words.startswith("high") for words in request.warnings) else True

    executor = approved(tmp_path, decide)
    assert (await executor.a_execute_code_blocks([CodeBlock(HARMLESS, "python")])).output == "42\n"
    assert (await executor.a_execute_code_blocks([CodeBlock(GRAVE, "python")])).output.endswith("too grave")
    assert [len(request.warnings) for request in asked] == [0, 2]
    assert "warnings" not in asked[0].to_dict()
    assert asked[1].to_dict()["warnings"] == list(asked[1].warnings)


async def test_a_review_of_ones_own_takes_the_analysers_place(tmp_path: Path):
    async def own(blocks: list[CodeBlock]) -> list[CodeWarning]:
        return [CodeWarning(1, 0, "high", "house", f"{len(blocks)} blocks")]

    executor = ApprovedExecutor(LocalCommandLineCodeExecutor(work_dir=tmp_path), "if_warned", review=own)
    assert (await executor.a_execute_code_blocks([CodeBlock(HARMLESS, "python")])).exit_code == 126


async def test_what_was_approved_is_what_runs_by_its_digest(tmp_path: Path):
    decided: list[ApprovalRequest] = []

    def decide(request: ApprovalRequest) -> bool:
        decided.append(request)
        return True

    _, kept = await reply(approved(tmp_path, decide), HARMLESS)
    (started,) = [event for event in kept.events if isinstance(event, StepStarted) and event.kind == "code"]
    assert started.input == {"blocks": [{"language": "python", "code": HARMLESS}], "approval": decided[0].digest}
    _, kept = await reply(approved(tmp_path, needs_approval=False), HARMLESS)
    (started,) = [event for event in kept.events if isinstance(event, StepStarted) and event.kind == "code"]
    assert started.input == {"blocks": [{"language": "python", "code": HARMLESS}]}


def test_blocks_that_differ_in_language_or_bounds_are_other_approvals(tmp_path: Path):
    executor = approved(tmp_path, needs_approval=True)
    several = [
        [CodeBlock("a", "python"), CodeBlock("b", "sh"), CodeBlock("c", "python")],
        [CodeBlock("a", "python"), CodeBlock("b", "sh"), CodeBlock("c", "sh")],
        [CodeBlock("a\n\nb", "python"), CodeBlock("c", "sh")],
        [CodeBlock("a", "python"), CodeBlock("b\n\nc", "sh")],
    ]
    assert len({executor.request(blocks, "runner").digest for blocks in several}) == len(several)
    warned = executor.request(several[0], "runner", [CodeWarning(1, 0, "low", "", "x")])
    assert warned.digest == executor.request(several[0], "runner").digest


def test_to_be_asked_if_warned_needs_something_that_warns(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ValueError, match="give review=True as well"):
        ApprovedExecutor(needs_approval="if_warned")
    monkeypatch.setattr("autogen.coding.review.find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"pyautogen\[review\]"):
        ApprovedExecutor(review=True)
