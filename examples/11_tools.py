"""An assistant with tools: one is run at once, one asks before it acts, and another agent is a tool as well.

Tier T1: rules play the model here. `--live` asks the model of your environment.
"""

import sys
from typing import Any

from autogen import AssistantAgent, Tool, tool
from autogen.core.approval import ApprovalRequest
from autogen.models.client import ModelRequest
from autogen.testing import FunctionModel, calls

STOCK = {"apples": 12, "pears": 0}


def stock(fruit: str) -> int:
    """Tell how many there are.

    Args:
        fruit: apples or pears
    """
    return STOCK[fruit]


def small_orders_only(request: ApprovalRequest) -> bool | str:
    print(f"(may {request.agent} {request.name} {request.arguments}?)")
    return True if '"number":10' in request.arguments else "only orders of 10"


@tool(needs_approval=small_orders_only)
def order(fruit: str, number: int) -> str:
    """Order fruit."""
    STOCK[fruit] += number
    return f"ordered {number} {fruit}"


def rules(request: ModelRequest) -> Any:
    answers = [str(message.get("content")) for message in request.messages if message.get("role") == "tool"]
    if not answers:
        return [calls(stock, fruit="apples"), calls(stock, fruit="pears"), calls("poet", task="Praise pears.")]
    if answers[-1].startswith("ordered"):
        return f"Done: {answers[-1]}. {answers[2]}"
    return calls("order", fruit="pears", number=10 if "refused" in answers[-1] else 500)


is_live = "--live" in sys.argv
model = None if is_live else FunctionModel(rules)
verse = None if is_live else FunctionModel(lambda _: "O pear!")
poet = AssistantAgent("poet", "You write three words at most.", description="Writes verses.", model=verse)
tools: list[Tool | AssistantAgent] = [tool(stock), order, poet]
grocer = AssistantAgent("grocer", "You keep a shop with the tools you have.", model=model, tools=tools)
result = grocer.run_sync("See that there is some of everything, and put a verse on the door.")
print(result.summary)
