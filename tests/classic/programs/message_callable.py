"""A callable message is given sender, recipient and the context with every extra argument."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user, other = api.user(), api.agent("other", default_auto_reply="ok")
    seen: list[object] = []

    def message(sender: object, recipient: object, context: dict[str, object]) -> str:
        seen.append({"sender": sender, "recipient": recipient, "context": dict(context)})
        return f"Solve {context['problem']}"

    result = api.drive("initiate_chat", user, other, message=message, problem="1+1", carryover="earlier", max_turns=1)
    return {"seen": seen, "result": api.result(result)}
