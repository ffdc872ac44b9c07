"""A member answers the manager with an inner chat, which the others do not see."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, expert = api.user(), api.assistant("expert", ["deep facts", "more facts"])
    writer = api.agent("writer", default_auto_reply="I write.")
    reader = api.agent("reader", default_auto_reply="I read.")
    manager = api.group([user, writer, reader], max_round=5)
    writer.register_nested_chats([{"recipient": expert, "max_turns": 1, "summary_method": "last_msg"}], trigger=manager)
    result = api.drive("initiate_chat", user, manager, message="write")
    return api.group_outcome(manager) | {"sent": api.sent_to_model(expert), "result": api.result(result)}
