"""Hooks of the members and of the manager in a group."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann = api.assistant("ann", ["ann 1", "ann 2"])
    bob = api.agent("bob", default_auto_reply="I am bob.")
    manager = api.group([ann, bob], max_round=4)
    sent: list[object] = []

    def note(sender: object, message: object, recipient: object, silent: bool) -> object:
        text = message if isinstance(message, str) else message["content"]
        sent.append([sender.name, recipient.name, text])
        return message

    def shout(sender: object, message: object, recipient: object, silent: bool) -> object:
        return message.upper() if isinstance(message, str) else message | {"content": message["content"].upper()}

    def only_last(messages: list[dict[str, object]]) -> list[dict[str, object]]:
        return messages[-1:]

    ann.register_hook("process_all_messages_before_reply", only_last)
    ann.register_hook("process_last_received_message", lambda text: f"{text} (heard)")
    bob.register_hook("process_message_before_send", shout)
    manager.register_hook("process_message_before_send", note)
    bob.initiate_chat(manager, message="hello")
    return api.group_outcome(manager) | {"sent": sent, "model": api.sent_to_model(ann)}
