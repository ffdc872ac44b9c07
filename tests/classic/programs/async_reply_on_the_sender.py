"""The sender's async reply function is refused too."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    async def slow_reply(recipient: object, messages: object, sender: object, config: object) -> tuple[bool, str]:
        return True, "slow"

    user, other = api.user(), api.agent("other", default_auto_reply="default")
    user.register_reply(api.autogen.Agent, slow_reply)
    return api.error(lambda: api.texts(user.initiate_chat(other, message="go", max_turns=1).chat_history), "slow_reply")
