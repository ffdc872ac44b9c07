"""The dict of summary arguments given is not changed."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    arguments: dict[str, object] = {"depth": 1}
    api.drive("initiate_chat", user, other, message="go", max_turns=1, summary_args=arguments)
    return {"given": arguments}
