"""Async reply functions of members work in an async chat, and are refused in a sync one."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    async def reply(recipient: object, messages: object, sender: object, config: object) -> tuple[bool, str]:
        return True, f"async {recipient.name}"

    ann, bob = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob"))
    bob.register_reply([api.autogen.Agent, None], reply)
    manager = api.group([ann, bob], max_round=4)
    api.wait(ann.a_initiate_chat(manager, message="hello"))
    asynchronous = api.said(manager)
    refused = api.error(lambda: ann.initiate_chat(manager, message="hello").summary, "Async reply functions", "reply")
    return {"async": asynchronous, "refused": refused}
