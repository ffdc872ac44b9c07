"""A writer asks a critic before it answers: a reply function that holds a chat of its own.

Tier T0: scripted models answer. With `--live`: your environment's model (T3).
"""

import sys
from typing import Any

from autogen import Agent, AssistantAgent, ConversableAgent
from autogen.messages import ChatMessage, text_of
from autogen.testing import ScriptedModel

LIVE = "--live" in sys.argv


def scripted(*replies: str) -> ScriptedModel | None:
    return None if LIVE else ScriptedModel(*replies)


critic = AssistantAgent(
    "critic", "Name the one weakest word of a text, in one sentence.", model=scripted("'very' says nothing.")
)
writer = AssistantAgent(
    "writer", "You write one sentence.", model=scripted("The sea was very calm.", "The sea was calm.")
)
user = ConversableAgent("user", human_input_mode="NEVER")


def after_a_review(
    recipient: ConversableAgent, messages: list[ChatMessage], sender: Agent, config: AssistantAgent
) -> tuple[bool, Any]:
    """Draft, have it criticised in a chat inside this one, and answer with the second draft."""
    task = f"{sender.name} asks: {text_of(messages[-1])}"
    draft = recipient.ask_model([{"role": "user", "content": task}])
    review = recipient.initiate_chat(config, message=draft, max_turns=1, silent=True)
    better = recipient.ask_model([{"role": "user", "content": f"{task}\nDraft: {draft}\nReview: {review.summary}"}])
    return True, better


writer.register_reply(user, after_a_review, config=critic)
result = user.initiate_chat(writer, message="Describe the sea.", max_turns=1, silent=True)
print(result.summary)
print(f"{result.turns} messages in the outer chat, {result.usage.calls} model calls with the inner one")
