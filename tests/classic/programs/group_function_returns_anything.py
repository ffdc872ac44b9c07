"""What a selecting function may return, and what the group makes of it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chosen(returned: object) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
        manager = api.group(members, max_round=2, speaker_selection_method=lambda *_: returned)

        def chat() -> object:
            return api.drive("initiate_chat", members[0], manager, message="hello").summary

        fragments = ("outsider", "nonsense")
        return api.error(chat, *fragments) | {"said": api.said(manager)}

    def asks(typed: str) -> Outcome:
        api.inputs([typed])
        return chosen("manual")

    return {
        "outsider": chosen(api.agent("outsider")),
        "number": chosen(3),
        "list": chosen([]),
        "unknown_method": chosen("nonsense"),
        "name_of_a_member": chosen("bob"),
        "round_robin": chosen("ROUND_ROBIN"),
        "auto": chosen("auto"),
        "manual": asks("3"),
        "none": chosen(None),
    }
