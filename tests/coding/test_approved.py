"""An executor that asks before it runs: what is shown to whoever decides, and what a refusal leaves undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import UserProxyAgent
from autogen.coding import ApprovedExecutor, CodeBlock, CodeExecutor, CodeResult, LocalCommandLineCodeExecutor
from autogen.testing import ScriptedHuman, drive

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.core.approval import ApprovalRequest

WRITES = CodeBlock(code="open('made', 'w').write('x')\nprint('written')", language="python")
LISTS = CodeBlock(code="ls", language="sh")


def executor(work_dir: Path, needs_approval: Any) -> ApprovedExecutor:
    return ApprovedExecutor(LocalCommandLineCodeExecutor(work_dir=str(work_dir)), needs_approval)


@pytest.mark.parametrize("api", ["sync", "async"])
def test_code_that_is_approved_runs_as_it_was_shown(api: str, tmp_path: Path):
    asked: list[ApprovalRequest] = []

    def approve(request: ApprovalRequest) -> bool:
        asked.append(request)
        return True

    result = drive(api, executor(tmp_path, approve).execute_code_blocks, [WRITES, LISTS])
    assert (result.exit_code, "written" in result.output) == (0, True)
    assert [(each.kind, each.name, each.arguments) for each in asked] == [
        ("code", "python, sh", f"{WRITES.code}\n\n{LISTS.code}")
    ]


@pytest.mark.parametrize(
    ("decision", "output"),
    [
        (False, "The code was not run: it was refused."),
        (None, "The code was not run: it was refused."),
        ("no files, please", "The code was not run: no files, please"),
    ],
)
def test_code_that_is_refused_leaves_nothing_behind(tmp_path: Path, decision: Any, output: str):
    result = executor(tmp_path, lambda _: decision).execute_code_blocks([WRITES])
    assert (result.exit_code, result.output) == (126, output)
    assert list(tmp_path.iterdir()) == []


def test_outside_of_an_agent_there_is_no_human_to_ask(tmp_path: Path):
    result = executor(tmp_path, needs_approval=True).execute_code_blocks([WRITES])
    assert (result.exit_code, "nobody can be asked here" in result.output) == (126, True)
    assert list(tmp_path.iterdir()) == []


def test_without_a_need_of_approval_it_is_the_executor_inside(tmp_path: Path):
    approved = executor(tmp_path, needs_approval=False)
    assert approved.execute_code_blocks([WRITES]).exit_code == 0
    assert isinstance(approved, CodeExecutor)
    assert (approved.timeout, approved.work_dir) == (60, tmp_path)
    with pytest.warns(UserWarning, match="No action is taken"):
        approved.restart()


def test_a_decision_that_is_none_is_an_error(tmp_path: Path):
    with pytest.raises(TypeError, match="An approver returns True, False, a reason to refuse, or None"):
        executor(tmp_path, lambda _: 1).execute_code_blocks([WRITES])


def test_an_executor_that_only_has_the_sync_form_is_run_too():
    class Calculator:
        code_extractor = LocalCommandLineCodeExecutor().code_extractor

        def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
            return CodeResult(0, str(len(code_blocks)))

        def restart(self) -> None:
            pass

    assert ApprovedExecutor(Calculator(), lambda _: True).execute_code_blocks([LISTS]).output == "1"


@pytest.mark.parametrize(("words", "ran"), [("yes", True), ("not today", False)])
async def test_the_human_of_the_agent_that_would_run_it_decides(tmp_path: Path, words: str, ran: bool):
    human = ScriptedHuman(words)
    config = {"executor": executor(tmp_path, needs_approval=True)}
    agent = UserProxyAgent("user", human_input_mode="NEVER", human=human, code_execution_config=config)
    reply = await agent.a_generate_reply([{"role": "user", "content": f"```python\n{WRITES.code}\n```"}])
    assert ("written" in str(reply), "not today" in str(reply)) == (ran, not ran)
