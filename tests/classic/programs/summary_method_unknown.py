"""A summary method that does not exist, or none."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(method: object) -> object:
        user, other = api.user(), api.agent("other", default_auto_reply="ok")
        call = lambda: api.drive("initiate_chat", user, other, message="go", max_turns=1, summary_method=method)
        outcome = api.error(lambda: call().summary, "If not None, the summary_method must be a string from")
        return {"outcome": outcome, "histories": api.histories(user)}

    return {str(method): chat(method) for method in ("nonsense", None, "")}
