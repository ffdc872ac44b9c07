"""The last message without TERMINATE is the summary."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for text in ("It is 3. TERMINATE", "TERMINATE", "a TERMINATE b TERMINATE", "done\nTERMINATE\n"):
        user = api.user(is_termination_msg=lambda m: "TERMINATE" in m["content"])
        other = api.agent("other", default_auto_reply=text)
        outcome[text] = api.drive("initiate_chat", user, other, message="go").summary
    return outcome
