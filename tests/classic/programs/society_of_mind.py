"""A group that thinks behind one agent's face: its last word without TERMINATE is the answer, and it begins anew each time."""

from __future__ import annotations

from autogen.agentchat.contrib.society_of_mind_agent import SocietyOfMindAgent
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob = api.assistant("ann", ["a1", "a2"]), api.assistant("bob", ["b1 TERMINATE", "b2"])
    inner = api.group([ann, bob], max_round=3)
    mind = SocietyOfMindAgent("mind", inner, human_input_mode="NEVER")
    user = api.user(default_auto_reply="and then?", max_consecutive_auto_reply=1)
    result = api.drive("initiate_chat", user, mind, message="begin")
    return {
        "result": api.result(result),
        "said": api.said(inner),
        "ann": api.sent_to_model(ann),
        "bob": api.sent_to_model(bob),
        "mind": api.histories(mind)["mind"]["user"],
        "description": mind.description,
        "system_message": mind.system_message,
        "is_the_manager": mind.chat_manager is inner,
    }
