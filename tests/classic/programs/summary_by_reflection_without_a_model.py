"""If nobody has a model there is no summary."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    return api.error(
        lambda: (
            api.drive(
                "initiate_chat", user, other, message="go", max_turns=1, summary_method="reflection_with_llm"
            ).summary
        )
    )
