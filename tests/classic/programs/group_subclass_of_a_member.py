"""Members that override how they receive, send and answer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    class Listener(api.autogen.ConversableAgent):
        def receive(
            self, message: object, sender: object, request_reply: object = None, silent: object = False
        ) -> None:
            seen.append(["received", sender.name, message["content"], request_reply])
            super().receive(message, sender, request_reply, silent)

    class Speaker(api.autogen.ConversableAgent):
        def send(
            self, message: object, recipient: object, request_reply: object = None, silent: object = False
        ) -> None:
            seen.append(["sent", recipient.name, message, request_reply])
            super().send(message, recipient, request_reply, silent)

    class Answerer(api.autogen.ConversableAgent):
        def generate_reply(self, messages: object = None, sender: object = None, **kwargs: object) -> object:
            seen.append(["answers", sender.name, messages, sorted(kwargs)])
            return f"{len(self.chat_messages[sender])} messages"

    listener = Listener("listener", default_auto_reply="I listen.", **api.no_model)
    speaker = Speaker("speaker", default_auto_reply="I speak.", **api.no_model)
    answerer = Answerer("answerer", **api.no_model)
    manager = api.group([listener, speaker, answerer], max_round=5)
    listener.initiate_chat(manager, message="hello")
    return {"said": api.said(manager), "seen": seen}
