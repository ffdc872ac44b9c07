"""A callable gets sender, recipient and the summary arguments."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def summarise(sender: object, recipient: object, summary_args: dict[str, object]) -> str:
        seen.append([sender, recipient, {k: v for k, v in summary_args.items() if k != "cache"}])
        return f"{len(recipient.chat_messages[sender])} messages"

    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    arguments = {"depth": 1}
    result = api.drive(
        "initiate_chat", user, other, message="go", max_turns=1, summary_method=summarise, summary_args=arguments
    )
    return {"summary": result.summary, "seen": seen}
