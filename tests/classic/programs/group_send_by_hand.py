"""Messages sent to a manager without a chat being started."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob"))
    manager = api.group([ann, bob], max_round=2)
    api.drive("send", ann, "hello", manager, request_reply=True)
    first = api.said(manager)
    api.drive("send", ann, "hello again", manager, request_reply=True)
    api.drive("send", bob, "no answer wanted", manager, request_reply=False)
    return {"first": first, "second": api.said(manager), "histories": api.histories(ann, bob)}
