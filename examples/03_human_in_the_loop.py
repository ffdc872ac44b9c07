"""A human reads each reply, and says what to change, until it is good.

Tier T0: a scripted model and a scripted human. With `--live`: your environment's model (T3), and you.
"""

import sys

from autogen import AssistantAgent, UserProxyAgent
from autogen.testing import ScriptedHuman, ScriptedModel

LIVE = "--live" in sys.argv

writer = AssistantAgent(
    "writer",
    "You write slogans. Answer with the slogan only.",
    model=None if LIVE else ScriptedModel("Bread, baked before you wake.", "Fresh at six."),
)
editor = UserProxyAgent(
    "editor",
    human_input_mode="ALWAYS",  # asks before each reply; "TERMINATE" asks only at the end, "NEVER" not at all
    code_execution_config=False,
    human=None if LIVE else ScriptedHuman("Three words at most.", "exit"),
)
result = editor.initiate_chat(writer, message="A slogan for a bakery.", silent=not LIVE)

print("The human said:", result.human_input)
print("The slogan:", result.chat_history[-1].get("content"))
print("Why it ended:", result.stop_reason)
