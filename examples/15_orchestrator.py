"""An orchestrator: a lead plans, instructs one member at a time, sees that it is stuck, plans anew, and answers.

Tier T0: scripted models answer, the lead's in JSON.
"""

import json

from autogen import AssistantAgent
from autogen.messages import text_of
from autogen.teams.patterns import Orchestrator
from autogen.testing import ScriptedModel

lead = ScriptedModel(
    json.dumps(
        {
            "facts": ["The height of the tower is wanted."],
            "plan": ["Measure it."],
            "next_speaker": "surveyor",
            "instruction": "Measure the tower.",
        }
    ),
    json.dumps({"is_progressing": False, "next_speaker": "surveyor", "instruction": "Try again."}),
    json.dumps({"is_progressing": False, "next_speaker": "surveyor", "instruction": "Once more."}),
    json.dumps(
        {
            "facts": ["It cannot be measured in fog.", "The archive has the plans."],
            "plan": ["Ask the archive."],
            "next_speaker": "archivist",
            "instruction": "Find the height in the plans.",
        }
    ),
    json.dumps({"is_done": True}),
    "The tower is 96 m high.",
)
surveyor = AssistantAgent("surveyor", "You measure.", model=ScriptedModel("There is fog.", "Still fog."))
archivist = AssistantAgent("archivist", "You know the archive.", model=ScriptedModel("The plans say 96 m."))
team = Orchestrator([surveyor, archivist], model=lead, max_stalls=1)
result = team.run_sync("How high is the tower?")
for message in result.chat_history:
    print(f"{message.get('name')}: {text_of(message)}")
print(f"({result.usage.calls} model calls)")
