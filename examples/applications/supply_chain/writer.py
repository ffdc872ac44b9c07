"""The writer at tier T1: rules that turn a family of questions into programs, read errors, and explain results."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from autogen.messages import text_of
from examples.applications.supply_chain.coffee import MARK, ORIGINAL_MARK
from examples.applications.supply_chain.questions import lines_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.models.client import ModelRequest

HEAD = "from coffee import CAFES, ROASTERIES, ROASTS, SUPPLIERS, Model, data\n"
_NOT_UNDERSTOOD = (
    "I cannot put that into a program. I understand changes of demand, supply, roasting capacity and costs, "
    "closures, ways that are not to be used, bounds on what is shipped, and one roastery for each cafe."
)


def play_writer(request: ModelRequest) -> str:
    """Return what a writer says next: a program, a repaired one, or the explanation of its result."""
    said = [text_of(message) for message in request.messages if message.get("role") != "system"]
    question, last = said[0], said[-1]
    if len(said) == 1:
        lines = lines_for(question)
        return f"This program answers it.\n\n{as_block(lines)}" if lines else _NOT_UNDERSTOOD
    if MARK in last and "exitcode: 0" in last:
        understood = "; ".join(line.strip() for line in lines_for(question, slips=False))
        return f"{explanation(_plan_in(last, ORIGINAL_MARK), _plan_in(last, MARK))}\nUnderstood as: {understood}"
    if "was not run" in last:
        return f"No program of mine was let through. {last.partition('Code output: ')[2].strip()}"
    if "no attribute 'close'" not in last:
        return f"I cannot repair this: {last.strip().splitlines()[-1]}"
    lines = lines_for(question, slips=False)
    return f"A model has no `close`: a closed roastery is one that roasts nothing.\n\n{as_block(lines)}"


def as_block(lines: list[str]) -> str:
    """Return a whole program in a fenced block."""
    before = [line for line in lines if line.startswith("data.")]
    after = [line for line in lines if not line.startswith("data.")]
    return "```python\n" + HEAD + "\n".join([*before, "model = Model(data)", *after, "model.solve()"]) + "\n```"


def _plan_in(output: str, mark: str) -> dict[str, Any]:
    """Return the plan on the last line that begins with a mark."""
    found = re.findall(rf"^(?:Code output: )?{mark}(.*)$", output, re.MULTILINE)
    return json.loads(found[-1])


def explanation(original: dict[str, Any], plan: dict[str, Any]) -> str:
    """Say what a plan means, seen from the original one."""
    if plan["status"] != "optimal":
        return (
            f"No plan can do that: the model is {plan['status']}. Today's plan costs {original['cost']:,.0f} dollars."
        )
    more = plan["cost"] - original["cost"]
    if abs(more) < 0.005:  # noqa: PLR2004 - half a cent
        verdict = f"The cheapest plan still costs {plan['cost']:,.2f} dollars."
    else:
        verdict = (
            f"The cheapest plan then costs {plan['cost']:,.2f} dollars instead of {original['cost']:,.2f}: "
            f"{abs(more):,.2f} {'more' if more > 0 else 'less'} ({100 * more / original['cost']:+.1f} %)."
        )
    changes = [*_changes(original["bought"], plan["bought"]), *_changes(original["sold"], plan["sold"])]
    if not changes:
        return f"{verdict} Nothing is shipped in another way."
    return "\n".join([verdict, "What changes:", *(f"- {change}" for change in changes)])


def _changes(before: dict[str, int], after: dict[str, int]) -> Iterator[str]:
    for way in dict.fromkeys([*before, *after]):
        if before.get(way, 0) != after.get(way, 0):
            yield f"{way}: {after.get(way, 0)} bags instead of {before.get(way, 0)}"
