"""A wrapper of an executor: its code runs only when someone has approved it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from autogen.coding.executor import CodeBlock, CodeResult
from autogen.coding.review import check_extra
from autogen.coding.review import review as warnings_of
from autogen.core.approval import ApprovalRequest, canonical, decide
from autogen.core.place import current_scope
from autogen.core.sync import call, run_sync

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.coding.executor import CodeExecutor, CodeExtractor
    from autogen.coding.review import CodeWarning, Reviewer
    from autogen.core.approval import Approver

_REFUSED_EXIT_CODE = 126  # what a shell says of a command that may not be run


class ApprovedExecutor:
    """Runs code by another executor, each time after an approval: `{"executor": ApprovedExecutor()}`.

    Args:
        executor: what runs the code; the default one if not given.
        needs_approval: `True` asks the human of the agent that would run it; `"if_warned"` asks only if the review
            warns of something; or a function that decides.
        review: what warns of code before it is approved: `True` for Bandit (extra `review`), or a function of the
            blocks. Its warnings are told as notices and with the question; they hold nothing back by themselves.

    Raises:
        ValueError: to be asked if warned, and nothing that warns.
        MissingExtra: the extra `review` is not installed.
    """

    def __init__(
        self,
        executor: CodeExecutor | None = None,
        needs_approval: bool | Literal["if_warned"] | Approver = True,
        *,
        review: bool | Reviewer = False,
    ) -> None:
        if needs_approval == "if_warned" and review is False:
            raise ValueError("needs_approval='if_warned' needs something that warns: give review=True as well.")
        if review is True:
            check_extra()
        if executor is None:
            from autogen.coding.config import executor_from_config  # noqa: PLC0415 - where none is given

            executor = executor_from_config({})
            assert executor is not None, "a config that is not False gives an executor"
        self.executor, self.needs_approval = executor, needs_approval
        self._review: Reviewer | None = warnings_of if review is True else review or None

    @property
    def code_extractor(self) -> CodeExtractor:
        """How the executor wants blocks to be found."""
        return self.executor.code_extractor

    def request(
        self, code_blocks: list[CodeBlock], agent: str = "", warnings: Sequence[CodeWarning] = ()
    ) -> ApprovalRequest:
        """Return what is to be approved: all the blocks, as they would run, each in its language."""
        languages = ", ".join(dict.fromkeys(block.language or "code" for block in code_blocks))
        code = "\n\n".join(block.code for block in code_blocks)
        blocks = canonical([[block.language, block.code] for block in code_blocks]).encode("utf-8", "backslashreplace")
        return ApprovalRequest("code", agent, languages, code, sha256(blocks).hexdigest(), tuple(map(str, warnings)))

    async def review(self, code_blocks: list[CodeBlock]) -> Sequence[CodeWarning]:
        """Return what there is to warn of, and tell it to whoever watches the run."""
        found: Sequence[CodeWarning] = () if self._review is None else await call(self._review, code_blocks)
        scope = current_scope()
        if found and scope is not None:
            told = "".join(f"\n{warning}" for warning in found)
            scope.notice(f"Before this code runs, a look at it says (which is no protection):{told}")
        return found

    def asks_human(self, warnings: Sequence[CodeWarning]) -> bool:
        """Tell whether the human of the agent is to be asked about code of which this was said."""
        return self.needs_approval is True or (self.needs_approval == "if_warned" and bool(warnings))

    @staticmethod
    def refused(why: str) -> CodeResult:
        """Return the result of code that is not run."""
        return CodeResult(_REFUSED_EXIT_CODE, f"The code was not run: {why}")

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        """Ask whoever decides, and run the blocks if they may be run; outside of an agent there is no human to ask."""
        code_blocks = [replace(block) for block in code_blocks]  # no one else has them: what runs is what was approved
        found = await self.review(code_blocks)
        if self.asks_human(found):
            return self.refused("it needs the approval of a human, and nobody can be asked here.")
        if callable(self.needs_approval):
            decision = await decide(self.needs_approval, self.request(code_blocks, warnings=found))
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
