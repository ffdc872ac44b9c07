"""An async chat calls both kinds, latest first."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    order: list[str] = []

    async def slow(recipient: object, messages: object, sender: object, config: object) -> tuple[bool, None]:
        order.append("async")
        return False, None

    def quick(recipient: object, messages: object, sender: object, config: object) -> tuple[bool, str]:
        order.append("sync")
        return True, "from sync"

    user, other = api.user(), api.agent("other")
    other.register_reply(api.autogen.Agent, quick)
    other.register_reply(api.autogen.Agent, slow)
    result = api.wait(user.a_initiate_chat(other, message="go", max_turns=1))
    return {"order": order, "texts": api.texts(result.chat_history)}
