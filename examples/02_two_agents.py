"""Two agents with a model each talk until one of them says goodbye.

Tier T0: scripted models answer. With `--live`: your environment's model (T3).
"""

import sys

from autogen import AssistantAgent
from autogen.testing import ScriptedModel

LIVE = "--live" in sys.argv

buyer = AssistantAgent(
    "buyer",
    "You want to buy an old bicycle for at most 80. One sentence a message. Say GOODBYE when you have agreed.",
    model=None if LIVE else ScriptedModel("60, and I take it as it is?", "75 it is. GOODBYE"),
    is_termination_msg=lambda message: "GOODBYE" in (message["content"] or ""),
)
seller = AssistantAgent(
    "seller",
    "You sell an old bicycle for at least 70. One sentence a message. Say GOODBYE when you have agreed.",
    model=None if LIVE else ScriptedModel("It is 90, with new brakes.", "75, because the bell is missing."),
    is_termination_msg=lambda message: "GOODBYE" in (message["content"] or ""),
)
result = buyer.initiate_chat(seller, message="What do you want for the bicycle?", max_turns=5, silent=True)

for message in result.chat_history:
    print(f"{message.get('name')}: {message.get('content')}")
print(f"({result.stop_reason}; {result.usage.calls} model calls)")
