"""A synchronous generate_reply passes over an async reply function."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    async def slow_reply(recipient: object, messages: object, sender: object, config: object) -> tuple[bool, str]:
        return True, "slow"

    user, other = api.user(), api.agent("other", default_auto_reply="default")
    other.register_reply([api.autogen.Agent, None], slow_reply, ignore_async_in_sync_chat=True)
    messages = [{"role": "user", "content": "x"}]
    return {
        "sync": other.generate_reply(messages=messages, sender=user),
        "async": api.wait(other.a_generate_reply(messages=messages, sender=user)),
    }
