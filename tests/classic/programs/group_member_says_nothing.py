"""A reply of None ends the chat; an empty text is a message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(reply: object) -> Outcome:
        ann, bob, cid = members = [
            api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")
        ]
        bob.register_reply([api.autogen.Agent, None], lambda *_, **__: (True, reply))
        manager = api.group(members, max_round=4)
        result = api.drive("initiate_chat", ann, manager, message="hello")
        return {"said": api.said(manager), "histories": api.histories(cid), "summary": result.summary}

    return {"none": chat(None), "empty": chat(""), "dict": chat({"content": ""})}
