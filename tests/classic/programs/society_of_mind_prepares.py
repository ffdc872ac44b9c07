"""The answer is prepared from what was said inside: by a function, by a prompt for the agent's model, or after a function call."""

from __future__ import annotations

from autogen.agentchat.contrib.society_of_mind_agent import SocietyOfMindAgent
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def count(agent, messages):
        return f"{agent.name} heard {[message['name'] for message in messages]}"

    def inner():
        return api.group([api.assistant("ann", ["a1"]), api.assistant("bob", ["b1"])], max_round=3)

    user = api.user(max_consecutive_auto_reply=0)
    counted = api.drive(
        "initiate_chat", user, SocietyOfMindAgent("mind", inner(), count, human_input_mode="NEVER"), message="begin"
    )

    asked = SocietyOfMindAgent(
        "asked", inner(), "Answer in one word.", human_input_mode="NEVER", llm_config=api.llm_config
    )
    api.script(asked, ["word"])
    worded = api.drive("initiate_chat", user, asked, message="begin")

    called = SocietyOfMindAgent(
        "called", None, human_input_mode="NEVER", function_map={"add": lambda a: a + 1}, default_auto_reply="nobody"
    )
    call = {"content": "", "function_call": {"name": "add", "arguments": '{"a": 1}'}}
    return {
        "counted": api.result(counted),
        "worded": api.result(worded),
        "transcript": api.sent_to_model(asked)[0][1:],
        "function": called.generate_reply([{"role": "user", **call}], user),
        "nobody": called.generate_reply([{"role": "user", "content": "hello"}], user),
        "terminated": asked.generate_reply([{"role": "user", "content": "TERMINATE"}], user),
    }
