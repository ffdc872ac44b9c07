"""A sync chat refuses to begin with an async reply function, and names it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    async def slow_reply(recipient: object, messages: object, sender: object, config: object) -> tuple[bool, str]:
        return True, "slow"

    def chat(**options: object) -> Outcome:
        user, other = api.user(), api.agent("other", default_auto_reply="default")
        other.register_reply(api.autogen.Agent, slow_reply, **options)
        call = lambda: api.texts(user.initiate_chat(other, message="go", max_turns=1).chat_history)
        outcome = api.error(
            call, "slow_reply", "Async reply functions can only be used with ConversableAgent.a_initiate_chat()"
        )
        return {"outcome": outcome, "histories": api.histories(user, other)}

    return {"refused": chat(), "ignored": chat(ignore_async_in_sync_chat=True)}
