"""What a callable returns is the summary."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(returned: object) -> object:
        user, other = api.user(), api.agent("other", default_auto_reply="ok")
        call = lambda: api.drive(
            "initiate_chat", user, other, message="go", max_turns=1, summary_method=lambda *_: returned
        )
        return api.error(lambda: call().summary)

    return {str(value): chat(value) for value in ("text", 3, None, {"content": "from a dict"})}
