"""The face's own model puts what the team worked out into words."""

from __future__ import annotations

from autogen.agentchat.contrib.society_of_mind_agent import SocietyOfMindAgent
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(preparer: object) -> Outcome:
        thinker = api.assistant("thinker", ["Hm.", "It is 3. TERMINATE"])
        critic = api.agent("critic", default_auto_reply="Sure?")
        manager = api.group(
            [thinker, critic], {"is_termination_msg": lambda message: "TERMINATE" in message["content"]}
        )
        mind = SocietyOfMindAgent(
            "mind",
            chat_manager=manager,
            llm_config=api.llm_config,
            response_preparer=preparer,
            human_input_mode="NEVER",
        )
        api.script(mind, ["The answer is 3."])
        result = api.user().initiate_chat(mind, message="1 + 2?", max_turns=1)
        roles = [message["role"] for message in api.sent_to_model(mind)[0]]
        return {"texts": api.texts(result.chat_history), "last_sent": api.sent_to_model(mind)[0][-1], "roles": roles}

    return {"own_prompt": chat("Say it in short."), "default": chat(None)["texts"]}
