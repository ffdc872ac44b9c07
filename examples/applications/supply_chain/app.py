"""The conversation: a commander asks a writer for a program, has it reviewed, runs it, and returns what is explained.

One question of the user starts it all. What runs is what was reviewed: the executor asks `review` about the very code
that it is about to run, and runs nothing else (`ApprovedExecutor`).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from autogen import AssistantAgent, ChatResult, ConversableAgent, UserProxyAgent
from autogen.coding import ApprovedExecutor, LocalCommandLineCodeExecutor, MarkdownCodeExtractor
from autogen.core.sync import sync_of
from autogen.messages import text_of
from autogen.testing import FunctionModel
from examples.applications.supply_chain import coffee
from examples.applications.supply_chain.guard import why_refused
from examples.applications.supply_chain.safeguard import play_safeguard
from examples.applications.supply_chain.writer import play_writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.coding import CodeBlock, CodeExecutor, CommandLineCodeResult
    from autogen.core.agent import Agent
    from autogen.core.approval import ApprovalRequest
    from autogen.models.client import ModelClient

REPAIRS = 3
TIME_LIMIT_S = 10
_WRITER = """You answer questions about shipping coffee with short Python programs, one fenced block in a message.
A program changes `data` where the question says so, makes a model, may add conditions, and solves it:

from coffee import CAFES, ROASTERIES, ROASTS, SUPPLIERS, Model, data
data.demand["Anchor", "light"] *= 1.2
model = Model(data)  # reads the data: change them before
model.require(model.bought(supplier="Huila", roastery="Hill") <= 40)
model.solve()  # prints the plan

`data` has supply[supplier], roasting_capacity[roastery], cost_to_roastery[supplier, roastery],
cost_of_roasting[roastery, roast], cost_to_cafe[roastery, cafe], demand[cafe, roast]; all in bags, or dollars a bag.
`model.bought(supplier=…, roastery=…)` and `model.sold(roastery=…, roast=…, cafe=…)` are sums of bags, each name may be
left out; `model.yes_or_no()` is 0 or 1. Import nothing else, read and write no files. The data today: [DATA]
If a program fails, send it again, repaired. When it has run, explain without code what changes, in numbers, against the
original plan, which is printed as well."""
_SAFEGUARD = """You review programs before they run. They may change the data of a coffee plan, add conditions and solve it.
Answer SAFE, or DANGER: and why, if a program does anything else, would not end, or makes up its result."""


@dataclass(frozen=True)
class Review:
    """What the safeguard said of the code with this digest."""

    digest: str
    verdict: str


class CleanRoom:
    """Runs each program in a sandbox and a directory of its own, which hold Python, the solver and `coffee`."""

    code_extractor = MarkdownCodeExtractor()

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CommandLineCodeResult:
        with TemporaryDirectory(prefix="coffee-") as folder:
            shutil.copy(coffee.__file__, folder)
            settings = {"OPENBLAS_NUM_THREADS": "1"}
            executor = LocalCommandLineCodeExecutor(TIME_LIMIT_S, work_dir=Path(folder), environment=settings)
            return await executor.a_execute_code_blocks(code_blocks)

    execute_code_blocks = sync_of(a_execute_code_blocks)

    def restart(self) -> None:
        """Do nothing: no program leaves anything behind."""


class SupplyChain:
    """A commander with a writer and a safeguard.

    Args:
        live: ask the model of the environment (T3); otherwise rules play the models (T1).
        writer: a model that writes, instead.
        safeguard: a model that reviews, instead.
        executor: where programs run, instead of a `CleanRoom`.
        silent: keep the conversations off the console.
    """

    def __init__(
        self,
        *,
        live: bool = False,
        writer: ModelClient | None = None,
        safeguard: ModelClient | None = None,
        executor: CodeExecutor | None = None,
        silent: bool = True,
    ) -> None:
        self.silent, self.reviews = silent, list[Review]()
        message = _WRITER.replace("[DATA]", str(coffee.original()))
        self.user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
        self.writer = AssistantAgent("writer", message, model=writer or (None if live else FunctionModel(play_writer)))
        reviewer = safeguard or (None if live else FunctionModel(play_safeguard))
        self.safeguard = AssistantAgent("safeguard", _SAFEGUARD, model=reviewer)
        gate = ApprovedExecutor(executor or CleanRoom(), needs_approval=self.review)
        self.commander = ConversableAgent(
            "commander", human_input_mode="NEVER", code_execution_config={"executor": gate}, default_auto_reply=None
        )
        inner = {"recipient": self.writer, "max_turns": 2 + REPAIRS, "summary_method": self.answer, "silent": silent}
        self.commander.register_nested_chats([inner], trigger=self.user)

    async def review(self, request: ApprovalRequest) -> bool | str:
        """Let a program through, or say why not: the static guard, then the safeguard, about this very code."""
        refusal = "it is not Python" if request.name != "python" else why_refused(request.arguments)
        if refusal is None:
            message = f"Review this program.\n```python\n{request.arguments}\n```"
            review = await self.commander.a_initiate_chat(
                self.safeguard, message=message, max_turns=1, silent=self.silent
            )
            refusal = None if review.summary.strip().upper() == "SAFE" else review.summary
        self.reviews.append(Review(request.digest, refusal or "SAFE"))
        return refusal or True

    def answer(self, commander: Agent, writer: ConversableAgent, _: Mapping[str, object]) -> str:
        """Return the writer's explanation; an honest word where there is none."""
        result, last = map(text_of, writer.chat_messages_for_summary(commander)[-2:])
        if "```" not in last:
            return last
        return f"No program worked, and {REPAIRS} repairs did not help. The last result: {result}"

    async def a_ask(self, question: str) -> ChatResult:
        """Ask one question; the answer is the result's `summary`."""
        return await self.user.a_initiate_chat(self.commander, message=question, max_turns=1, silent=self.silent)

    ask = sync_of(a_ask)
