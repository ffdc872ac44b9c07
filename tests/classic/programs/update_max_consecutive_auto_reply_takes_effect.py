"""A limit set for one partner ends the chat with that partner."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(default_auto_reply="more")
    one, two = api.agent("one", default_auto_reply="1"), api.agent("two", default_auto_reply="2")
    user.update_max_consecutive_auto_reply(1, one)
    user.update_max_consecutive_auto_reply(2, two)
    return {
        agent.name: api.texts(api.drive("initiate_chat", user, agent, message="go").chat_history)
        for agent in (one, two)
    }
