"""A subclass of the manager that sees what it receives and sends."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    class Boss(api.autogen.GroupChatManager):
        def receive(self, message: object, sender: object, *args: object, **kwargs: object) -> object:
            text = message if isinstance(message, str) else message["content"]
            seen.append(["received", sender.name, text])
            return super().receive(message, sender, *args, **kwargs)

        def send(self, message: object, recipient: object, *args: object, **kwargs: object) -> object:
            seen.append(["sent", recipient.name, message if isinstance(message, str) else message["content"]])
            return super().send(message, recipient, *args, **kwargs)

    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    group = api.autogen.GroupChat(members, [], max_round=3, speaker_selection_method="round_robin")
    boss = Boss(groupchat=group, llm_config=False)
    members[0].initiate_chat(boss, message="hello")
    return {"said": api.said(boss), "seen": seen}
