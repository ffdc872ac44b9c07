"""A received message starts an inner chat, whose summary is the answer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    expert, writer = api.assistant("expert", ["facts"]), api.assistant("writer", ["a text", "a better text"])
    critic = api.assistant("critic", ["could be better"])
    user = api.user(max_consecutive_auto_reply=0)
    writer.register_nested_chats(
        [{"recipient": expert, "max_turns": 1}, {"recipient": critic, "message": "judge", "max_turns": 1}], trigger=user
    )
    result = user.initiate_chat(writer, message="write")
    return {
        "result": api.result(result),
        "sent": {agent.name: api.sent_to_model(agent) for agent in (expert, critic, writer)},
        "histories": api.histories(writer),
    }
