"""An error of a member comes out; what was said before is kept by everybody."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def fail(*_: object, **__: object) -> object:
        raise LookupError("lost")

    ann, _, cid = members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    cid.register_reply([api.autogen.Agent, None], fail)
    manager = api.group(members)
    raised = api.error(lambda: api.drive("initiate_chat", ann, manager, message="hello"), "lost")
    return api.group_outcome(manager) | {"raised": raised}
