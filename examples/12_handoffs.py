"""A help desk: whoever answers hands the customer over to whoever knows, by a tool or by what a tool found.

Tier T0: scripted models answer, and a script types for the customer.
"""

from autogen import AssistantAgent, Team, UserProxyAgent
from autogen.messages import text_of, tool_calls_of
from autogen.teams.policies import Handoff, Handoffs
from autogen.testing import ScriptedHuman, ScriptedModel, calls

PAID_TWICE = {7: "30 EUR"}


def look_up(order: int) -> Handoff | str:
    """Look an order up; one that was paid twice is for the billing desk."""
    paid = PAID_TWICE.get(order)
    return Handoff("billing", context=f"Order {order} was paid twice, {paid} each.") if paid else "All is well."


triage = AssistantAgent(
    "triage",
    "Find out what the customer needs, and hand over.",
    model=ScriptedModel("Which order is it?", calls(look_up, order=7)),
    tools=[look_up],
)
billing = AssistantAgent(
    "billing",
    "You send money back.",
    model=ScriptedModel(
        "You get 30 EUR back. Anything else?", calls("transfer_to_repairs", note="The bell is broken.")
    ),
)
repairs = AssistantAgent("repairs", "You repair bells.", model=ScriptedModel("A new bell is on its way."))
customer = UserProxyAgent(
    "customer", human=ScriptedHuman("Number 7.", "The bell is broken, too.", "exit"), code_execution_config=False
)

desk = Team(
    [triage, billing, repairs, customer],
    choose=Handoffs(
        {
            triage: [Handoff(billing, when="It is about money."), Handoff(repairs)],
            billing: [Handoff(repairs, when="Something is broken.")],
        },
        user=customer,
    ),
)
result = desk.run_sync("My order is wrong.")
for message in result.chat_history:
    called = [call.get("function", {}).get("name") for call in tool_calls_of(message)]
    print(f"{message.get('name')}: {text_of(message) or called}")
print(f"({result.stop_reason}; {result.usage.calls} model calls)")
