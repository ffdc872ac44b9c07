"""A subclass with fields of its own, which reads the messages when it selects."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Numbered(api.autogen.GroupChat):
        def __init__(self, agents: object, messages: object, max_round: int = 10, first: str = "") -> None:
            super().__init__(agents, messages, max_round)
            self.first = first

        def select_speaker(self, last_speaker: object, selector: object) -> object:
            words = self.messages[-1]["content"].split()
            named = self.agent_by_name(words[-1]) if words else None
            return named or self.agent_by_name(self.first)

    replies = {"ann": "over to cid", "bob": "I do not know", "cid": "over to bob"}
    members = [api.agent(name, default_auto_reply=reply) for name, reply in replies.items()]
    manager = api.autogen.GroupChatManager(groupchat=Numbered(members, [], 6, first="ann"), llm_config=False)
    members[1].initiate_chat(manager, message="hello")
    return {"said": api.said(manager)}
