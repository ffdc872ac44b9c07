"""A human who picks nobody gets the next in the list, after three tries at most."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chosen(*typed: str) -> list[object]:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
        manager = api.group(members, max_round=2, speaker_selection_method="manual")
        prompts = api.inputs(typed)
        api.drive("initiate_chat", members[1], manager, message="hello")
        return [manager.groupchat.messages[-1]["name"], len(prompts)]

    return {
        "nothing": chosen(""),
        "q": chosen("q"),
        "letters_then_good": chosen("x", "1"),
        "zero_then_good": chosen("0", "2"),
        "too_high": chosen("4", "99", "3"),
        "negative": chosen("-1", "q"),
        "spaces": chosen(" 3 "),
        "never_good": chosen("x", "y", "z"),
        "a_name": chosen("cid", "3"),
    }
