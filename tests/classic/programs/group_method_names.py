"""Methods may be written in any case; an unknown one is an error."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def outcome(method: object) -> Outcome:
        def chat() -> list[str]:
            members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
            manager = api.group(members, max_round=4, speaker_selection_method=method)
            api.drive("initiate_chat", members[0], manager, message="hello")
            return api.said(manager)

        return api.error(chat, "round_robin")

    names = ("round_robin", "ROUND_ROBIN", "Round_Robin", "AUTO", "nonsense", "round robin", "")
    return {name: outcome(name) for name in names} | {"none": outcome(None)["raised"]}
