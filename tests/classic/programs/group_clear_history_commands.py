"""A human in the group clears the history of all or one, and may keep the last messages."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(typed: str, enabled: bool = True) -> Outcome:
        user = api.user(human_input_mode="ALWAYS")
        ann = api.agent("ann", default_auto_reply="I am ann.")
        bob = api.agent("bob", default_auto_reply="I am bob.")
        manager = api.group([user, ann, bob], max_round=6, enable_clear_history=enabled)
        api.inputs([typed, "exit"])
        user.initiate_chat(manager, message="hello")
        told = {agent.name: api.texts(agent.chat_messages[manager]) for agent in (user, ann, bob)}
        return {"told": told, "group": api.said(manager)}

    return {
        "all": chat("clear history"),
        "capitals": chat("CLEAR HISTORY"),
        "in_a_sentence": chat("please Clear History and go on"),
        "one": chat("clear history ann"),
        "one_with_a_comma": chat("clear history ann, please"),
        "keep": chat("clear history 2"),
        "keep_with_a_stop": chat("clear history 2. Now go on"),
        "keep_none": chat("clear history 0"),
        "keep_of_one": chat("clear history bob 1 and go on"),
        "unknown": chat("clear history zoe"),
        "not_enabled": chat("clear history", enabled=False),
    }
