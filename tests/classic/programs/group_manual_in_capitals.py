"""The name of a selection method may be written in capitals; a human who picks nobody gets the next in the list."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chosen(typed: str) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
        manager = api.group(members, max_round=2, speaker_selection_method="Manual")
        api.inputs([typed])
        failed = api.error(lambda: api.drive("initiate_chat", members[0], manager, message="hello").summary)
        return failed | {"said": api.said(manager)}

    return {"number": chosen("3"), "nothing": chosen("")}
