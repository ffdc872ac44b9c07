"""A team behind one agent's face: an inner group for each outer message."""

from __future__ import annotations

from autogen.agentchat.contrib.society_of_mind_agent import SocietyOfMindAgent
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(preparer: object, turns: int, *replies: str) -> Outcome:
        thinker = api.assistant("thinker", list(replies))
        critic = api.agent("critic", default_auto_reply="Go on.")
        manager = api.group(
            [thinker, critic], {"is_termination_msg": lambda message: "TERMINATE" in message["content"]}
        )
        mind = SocietyOfMindAgent("mind", chat_manager=manager, response_preparer=preparer, human_input_mode="NEVER")
        user = api.user(default_auto_reply="And more?", human_input_mode="NEVER")
        outcome = api.error(lambda: api.texts(user.initiate_chat(mind, message="Think.", max_turns=turns).chat_history))
        return {
            "outcome": outcome,
            "inner": api.said(manager),
            "mind": api.histories(mind),
            "sent": api.sent_to_model(thinker),
        }

    return {
        "last_message": chat(None, 1, "Hm.", "I see. TERMINATE"),
        "callable": chat(
            lambda agent, messages: f"{len(messages)} thoughts of {agent.name}", 1, "Hm.", "I see. TERMINATE"
        ),
        "two_turns": chat(None, 2, "One. TERMINATE", "Two. TERMINATE"),
    }
