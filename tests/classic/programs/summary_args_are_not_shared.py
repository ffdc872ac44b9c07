"""The default summary arguments are new for each chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    def summarise(sender: object, recipient: object, summary_args: dict[str, object]) -> str:
        seen.append({key: value for key, value in summary_args.items() if key != "cache"})
        summary_args["left over"] = True
        return "s"

    for _ in range(2):
        user, other = api.user(), api.agent("other", default_auto_reply="ok")
        api.drive("initiate_chat", user, other, message="go", max_turns=1, summary_method=summarise)
    return {"seen": seen}
