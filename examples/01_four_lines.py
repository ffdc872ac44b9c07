"""Four lines start an automated chat, and the console shows it.

Tier T0: a scripted model answers. With `--live`: your environment's model (T3), and you at the keyboard.
"""

import sys

import autogen
from autogen.testing import ScriptedHuman, ScriptedModel

LIVE = "--live" in sys.argv
PROGRAM = "```python\nprint(sum(number for number in range(1000) if number % 3 == 0 or number % 5 == 0))\n```"

assistant = autogen.AssistantAgent(
    "assistant", model=None if LIVE else ScriptedModel(f"I compute it:\n{PROGRAM}", "The sum is 233168. TERMINATE")
)
user_proxy = autogen.UserProxyAgent("user_proxy", human=None if LIVE else ScriptedHuman("", "exit"))
user_proxy.initiate_chat(assistant, message="What is the sum of all numbers below 1000 that 3 or 5 divides?")
