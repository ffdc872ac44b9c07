"""A wrapper of an executor: its code runs only when someone has approved it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.coding.executor import CodeBlock, CodeResult
from autogen.core.approval import ApprovalRequest, decide
from autogen.core.sync import call, run_sync

if TYPE_CHECKING:
    from autogen.coding.executor import CodeExecutor, CodeExtractor
    from autogen.core.approval import Approver

_REFUSED_EXIT_CODE = 126  # what a shell says of a command that may not be run


class ApprovedExecutor:
    """Runs code by another executor, each time after an approval: `{"executor": ApprovedExecutor()}`.

    Args:
        executor: what runs the code; the default one if not given.
        needs_approval: `True` asks the human of the agent that would run it; or a function that decides.
    """

    def __init__(self, executor: CodeExecutor | None = None, needs_approval: bool | Approver = True) -> None:
        if executor is None:
            from autogen.coding.config import executor_from_config  # noqa: PLC0415 - where none is given

            executor = executor_from_config({})
            assert executor is not None, "a config that is not False gives an executor"
        self.executor, self.needs_approval = executor, needs_approval

    @property
    def code_extractor(self) -> CodeExtractor:
        """How the executor wants blocks to be found."""
        return self.executor.code_extractor

    def request(self, code_blocks: list[CodeBlock], agent: str = "") -> ApprovalRequest:
        """Return what is to be approved: all the blocks, as they would run."""
        languages = ", ".join(dict.fromkeys(block.language or "code" for block in code_blocks))
        code = "\n\n".join(block.code for block in code_blocks)
        return ApprovalRequest("code", agent, languages, code)

    @staticmethod
    def refused(why: str) -> CodeResult:
        """Return the result of code that is not run."""
        return CodeResult(_REFUSED_EXIT_CODE, f"The code was not run: {why}")

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        """Ask whoever decides, and run the blocks if they may be run; outside of an agent there is no human to ask."""
        code_blocks = [replace(block) for block in code_blocks]  # no one else has them: what runs is what was approved
        if isinstance(self.needs_approval, bool):
            if self.needs_approval:
                return self.refused("it needs the approval of a human, and nobody can be asked here.")
        else:
            decision = await decide(self.needs_approval, self.request(code_blocks))
            if decision is not True:
                return self.refused(decision or "it was refused.")
        return await self.execute_approved(code_blocks)

    async def execute_approved(self, code_blocks: list[CodeBlock]) -> CodeResult:
        """Run the blocks."""
        run = getattr(self.executor, "a_execute_code_blocks", None)
        return await (run(code_blocks) if run is not None else call(self.executor.execute_code_blocks, code_blocks))

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        """Ask whoever decides, and run the blocks if they may be run."""
        return run_sync(self.a_execute_code_blocks, code_blocks)

    def restart(self) -> None:
        """Forget all state."""
        self.executor.restart()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.executor, name)
