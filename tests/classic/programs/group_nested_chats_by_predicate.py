"""An inner chat whose trigger looks at who really spoke."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    expert = api.agent("expert", default_auto_reply="facts")
    writer = api.agent("writer", default_auto_reply="I write.")
    reader = api.agent("reader", default_auto_reply="I read.")
    manager = api.group([writer, reader], max_round=5)
    writer.register_nested_chats(
        [{"recipient": expert, "max_turns": 1}],
        trigger=lambda sender: sender is manager and len(manager.groupchat.messages) > 2,
    )
    reader.initiate_chat(manager, message="hello")
    return {"said": api.said(manager), "histories": api.histories(expert)}
