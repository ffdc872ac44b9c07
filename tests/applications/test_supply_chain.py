"""The supply chain answers as a direct solve does, runs what was reviewed and nothing else, and stays small."""

from __future__ import annotations

import ast
import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from autogen import run_settings
from autogen.coding import CodeBlock, CodeResult, MarkdownCodeExtractor
from autogen.coding.approved import ApprovedExecutor
from autogen.core.approval import ApprovalRequest
from autogen.events import MessageSent, StepEnded, StepStarted
from autogen.messages import text_of
from autogen.testing import FunctionModel, RecordingObserver, ScriptedModel, drive
from examples.applications.supply_chain import app, coffee
from examples.applications.supply_chain.app import REPAIRS, SupplyChain
from examples.applications.supply_chain.guard import why_refused
from examples.applications.supply_chain.questions import lines_for
from examples.applications.supply_chain.safeguard import complaint_about
from tests.applications.programs import DANGEROUS, GOOD, titles
from tests.applications.what_if import WhatIf, generated, one_of_each

_COST = re.compile(r'^PLAN .*"cost": ([\d.]+)', re.MULTILINE)


class Here:
    """Runs reviewed programs in this process, each with a module `coffee` of its own: fast, where the sandbox is not the point."""

    code_extractor = MarkdownCodeExtractor()

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        code = "\n".join(block.code for block in code_blocks)
        before, coffee.data = coffee.data, coffee.original()
        code = code.replace("from coffee", "from examples.applications.supply_chain.coffee")
        try:
            with redirect_stdout(io.StringIO()) as printed:
                exec(compile(code, "program", "exec"), {})  # noqa: S102 - reviewed, as in the sandbox
        except Exception as error:  # noqa: BLE001 - a program's error is its result
            return CodeResult(1, f"{type(error).__name__}: {error}")
        finally:
            coffee.data = before
        return CodeResult(0, printed.getvalue())

    def restart(self) -> None:
        """Nothing to do."""


def cost_found(record: RecordingObserver) -> float | None:
    """Return the cost of the last plan that a program printed; `None` if there was none."""
    output = [event.output["output"] for event in record.of(StepEnded) if event.kind == "code"][-1]
    found = _COST.search(output)
    assert found is not None or '"status": "infeasible"' in output, output
    return None if found is None else float(found[1])


@pytest.mark.parametrize("question", one_of_each(seed=1), ids=lambda question: question.text)
def test_a_question_is_answered_by_a_program_in_the_sandbox(question: WhatIf):
    record = RecordingObserver()
    with run_settings(observers=[record]):
        answer = SupplyChain().ask(question.text).summary
    expected = question.objective()
    assert cost_found(record) == (None if expected is None else pytest.approx(expected, abs=1e-4))
    assert ("No plan can do that" if expected is None else f"{expected:,.2f} dollars") in answer


def test_a_hundred_and_twenty_generated_questions_get_the_cost_of_a_direct_solve():
    chain, wrong = SupplyChain(executor=Here()), list[str]()
    for question in generated(120, seed=7):
        record = RecordingObserver()
        with run_settings(observers=[record]):
            chain.ask(question.text)
        found, expected = cost_found(record), question.objective()
        if found != (None if expected is None else pytest.approx(expected, abs=1e-4)):
            wrong.append(f"{question.text} {found} instead of {expected}")
    assert wrong == []
    assert {review.verdict for review in chain.reviews} == {"SAFE"}


@pytest.mark.parametrize("code", DANGEROUS, ids=titles(DANGEROUS))
async def test_a_dangerous_program_is_refused_and_not_run(code: str):
    ran = Here()
    ran.execute_code_blocks = lambda code_blocks: pytest.fail(f"{code_blocks} was run")
    chain = SupplyChain(writer=ScriptedModel(f"```python\n{code}\n```", "I give up."), executor=ran)
    result = await chain.a_ask("What if?")
    assert result.summary == "I give up."
    assert [review.verdict == "SAFE" for review in chain.reviews] == [False]


@pytest.mark.parametrize("code", GOOD, ids=titles(GOOD))
async def test_a_good_program_is_let_through(code: str):
    chain = SupplyChain()
    assert await chain.review(ApprovalRequest("code", "commander", "python", code)) is True


@pytest.mark.parametrize("api", ["sync", "async"])
def test_what_runs_is_what_was_reviewed(api: str):
    chain, record = SupplyChain(executor=Here()), RecordingObserver()
    with run_settings(observers=[record]):
        drive(api, chain.ask, "What if the roastery at the Hill closes?")
    ran = [event.input for event in record.of(StepStarted) if event.kind == "code"]
    assert len(ran) == 2
    assert [review.digest for review in chain.reviews] == [each["approval"] for each in ran]
    approved = ApprovedExecutor(Here(), needs_approval=True)
    requests = [approved.request([CodeBlock(**block) for block in each["blocks"]], "commander", []) for each in ran]
    assert [request.digest for request in requests] == [each["approval"] for each in ran]


async def test_code_that_changes_while_it_is_reviewed_is_run_as_it_was_reviewed():
    block, ran = CodeBlock("from coffee import Model, data\nModel(data).solve()", "python"), list[str]()

    class Shared(MarkdownCodeExtractor):
        def extract_code_blocks(self, message: object) -> list[CodeBlock]:
            return [block] if "```" in str(message) else []

    class Noting(Here):
        code_extractor = Shared()

        def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
            ran.extend(each.code for each in code_blocks)
            return CodeResult(0, "done")

    def swap(_: object) -> str:
        block.code = "import os"
        return "SAFE"

    reviewed = block.code
    chain = SupplyChain(
        writer=ScriptedModel("```python\n```", "Done."), safeguard=FunctionModel(swap), executor=Noting()
    )
    await chain.a_ask("What if?")
    assert ran == [reviewed]


def test_an_error_goes_back_for_repair_three_times_and_no_more():
    failing = "```python\nfrom coffee import Model, data\nModel(data).solve(1)\n```"
    chain = SupplyChain(writer=FunctionModel(lambda _: failing), executor=Here())
    answer = chain.ask("What if?").summary
    assert len(chain.reviews) == 1 + REPAIRS
    assert answer.startswith(f"No program worked, and {REPAIRS} repairs did not help. The last result: exitcode: 1")


def test_one_turn_of_the_human_replaces_six_messages_and_ten_where_a_repair_is_needed():
    hops = dict[str, int]()
    for question in ("What if demand at Birch doubles?", "What if the roastery at the Harbour closes?"):
        chain, record = SupplyChain(executor=Here()), RecordingObserver()
        with run_settings(observers=[record]):
            result = chain.ask(question)
        assert result.turns == 2
        hops[question] = len([each for each in record.of(MessageSent) if "user" not in {each.source, each.recipient}])
    assert list(hops.values()) == [6, 10]


def test_a_program_that_does_not_end_is_stopped_in_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(app, "TIME_LIMIT_S", 1)
    endless = "from coffee import Model, data\nnumber = 1\nwhile number > 0:\n    number += 1\nModel(data).solve()"
    results = list[str]()

    def write(request: object) -> str:
        results.append(text_of(request.messages[-1]))  # type: ignore[attr-defined] - a ModelRequest
        return f"```python\n{endless}\n```" if len(results) == 1 else "I give up."

    assert SupplyChain(writer=FunctionModel(write)).ask("What if?").summary == "I give up."
    assert results[1].startswith("exitcode: 124") and results[1].rstrip().endswith("Timeout")  # noqa: PT018 - one line


@pytest.mark.parametrize(
    ("question", "line"),
    [
        (
            "How would the cost change if customers at Clock want 30% more dark roast?",
            "data.demand['Clock', 'dark'] *= 1.3",
        ),
        ("What happens to the cost if demand for dark at Clock drops to 50 bags?", "data.demand['Clock', 'dark'] = 50"),
        ("If dark demand at Clock goes from 60 to 70 bags, then what?", "data.demand['Clock', 'dark'] = 70"),
        ("Suppose demand for light coffee at Birch goes up 10 bags.", "data.demand['Birch', 'light'] += 10"),
        ("What if light demand at Birch falls by a quarter?", "data.demand['Birch', 'light'] *= 0.75"),
        ("What if the supply from Huila is cut by 30 percent?", "data.supply['Huila'] *= 0.7"),
        ("What if Huila can supply only half of what it supplies now?", "data.supply['Huila'] *= 0.5"),
        ("Assume that we buy nothing from Minas.", "data.supply['Minas'] = 0"),
        ("Can we still meet demand if Huila is gone?", "data.supply['Huila'] = 0"),
        ("How about using only Huila and Minas?", "data.supply['Sidamo'] = 0"),
        (
            "What if no coffee may go from Harbour to Birch?",
            "model.require(model.sold(roastery='Harbour', cafe='Birch') == 0)",
        ),
        (
            "Could we forbid shipping from Sidamo to Hill?",
            "model.require(model.bought(supplier='Sidamo', roastery='Hill') == 0)",
        ),
        (
            "What if Huila cannot ship more than 40 bags to Hill?",
            "model.require(model.bought(supplier='Huila', roastery='Hill') <= 40)",
        ),
        ("What if Hill must roast at least 120 bags?", "model.require(model.sold(roastery='Hill') >= 120)"),
        (
            "How much would we save if Hill could roast dark coffee for 2 dollars?",
            "data.cost_of_roasting['Hill', 'dark'] = 2",
        ),
        ("What if shipping from Harbour to Birch was free?", "data.cost_to_cafe['Harbour', 'Birch'] = 0"),
        (
            "What if Huila fails and light demand at Clock doubles?",
            "data.supply['Huila'] = 0\ndata.demand['Clock', 'light'] *= 2",
        ),
        ("What if shipping from Huila to Hill and from Minas to Harbour costs 10% more?", ""),
        ("What if a second roastery is built at the Hill?", ""),
    ],
)
def test_a_question_in_other_words_is_read_as_meant_or_not_at_all(question: str, line: str):
    assert "\n".join(lines_for(question, slips=False)) == line


def test_what_is_not_understood_is_said_and_nothing_is_run():
    chain = SupplyChain(executor=Here())
    assert chain.ask("What if it rains?").summary.startswith("I cannot put that into a program.")
    assert chain.reviews == []


def test_the_core_has_at_most_a_hundred_logical_lines():
    tree = ast.parse(Path(app.__file__).read_text(encoding="utf-8"))
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not _is_docstring(node)]
    assert len(statements) <= 100


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_the_guard_refuses_most_and_the_safeguard_the_rest():
    by_guard = [code for code in DANGEROUS if why_refused(code)]
    assert len(DANGEROUS) >= 50
    assert [code for code in DANGEROUS if code not in by_guard and complaint_about(code) is None] == []
