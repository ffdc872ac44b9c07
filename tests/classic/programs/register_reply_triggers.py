"""Each kind of trigger lets a reply function answer the senders it means."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Special(api.autogen.ConversableAgent):
        pass

    def answers(trigger: object, sender: object) -> object:
        agent = api.agent("agent", default_auto_reply="default")
        messages = [{"role": "user", "content": "x"}]
        registered = api.error(lambda: agent.register_reply(trigger, lambda *_, **__: (True, "registered")))
        return registered if "raised" in registered else api.drive("generate_reply", agent, messages, sender)

    plain, special = api.agent("plain"), Special("special", **api.no_model)
    triggers = {
        "class": special.__class__,
        "base_class": api.autogen.Agent,
        "instance": plain,
        "name": "plain",
        "callable": lambda sender: sender.name == "special",
        "none": None,
        "list": ["plain", Special],
        "list_with_none": [None, "special"],
        "empty_list": [],
    }
    return {
        kind: {name: answers(trigger, sender) for name, sender in {"plain": plain, "special": special}.items()}
        for kind, trigger in triggers.items()
    }
