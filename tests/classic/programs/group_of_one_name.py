"""Two members of one name."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    first = api.agent("twin", default_auto_reply="first")
    second = api.agent("twin", default_auto_reply="second")
    other = api.agent("other", default_auto_reply="other")
    manager = api.group([first, second, other], max_round=6)
    api.drive("initiate_chat", other, manager, message="hello")
    return {"said": api.said(manager), "names": manager.groupchat.agent_names}
