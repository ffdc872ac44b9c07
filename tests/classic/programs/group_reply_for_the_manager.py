"""A reply function of a member for messages of the manager, by object, class, name and predicate."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(trigger: object) -> Outcome:
        seen: list[object] = []
        ann, bob = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob"))
        manager = api.group([ann, bob], {"name": "boss"}, max_round=4)

        def reply(recipient: object, messages: list[dict[str, object]], sender: object, config: object) -> object:
            seen.append([recipient.name, sender.name, [message["content"] for message in messages], config])
            return True, f"{len(messages)} messages"

        trigger = manager if trigger == "object" else trigger
        bob.register_reply(trigger, reply, config={"x": 1})
        api.drive("initiate_chat", ann, manager, message="hello")
        return {"said": api.said(manager), "seen": seen}

    return {
        "object": chat("object"),
        "class": chat(api.autogen.GroupChatManager),
        "base_class": chat(api.autogen.Agent),
        "name": chat("boss"),
        "predicate": chat(lambda sender: isinstance(sender, api.autogen.GroupChatManager)),
        "a_member": chat("ann"),
    }
