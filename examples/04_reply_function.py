"""A reply function answers what it knows, and leaves the rest to the model.

Tier T0: a scripted model answers. With `--live`: your environment's model (T3).
"""

import sys

from autogen import Agent, AssistantAgent, ConversableAgent
from autogen.messages import ChatMessage, text_of
from autogen.testing import ScriptedModel

LIVE = "--live" in sys.argv
OPENING_HOURS = {"monday": "closed", "saturday": "open from 10 to 14"}


def from_the_table(
    recipient: ConversableAgent, messages: list[ChatMessage], sender: Agent, config: dict[str, str]
) -> tuple[bool, str | None]:
    """Return (True, reply) where the table has the day; (False, None) leaves it to the next way to answer."""
    question = text_of(messages[-1]).lower()
    hours = next((hours for day, hours in config.items() if day in question), None)
    if hours is None:
        return False, None
    return True, f"{sender.name}, we are {hours}. ({recipient.name})"


clerk = AssistantAgent("clerk", "You work in a library.", model=None if LIVE else ScriptedModel("Ask at the desk."))
clerk.register_reply(Agent, from_the_table, config=OPENING_HOURS)
visitor = ConversableAgent("visitor", human_input_mode="NEVER")

for question in ("When are you open on Saturday?", "May I bring my dog?"):
    result = visitor.initiate_chat(clerk, message=question, max_turns=1, silent=True)
    print(f"{question} {result.summary} ({result.usage.calls} model calls)")
