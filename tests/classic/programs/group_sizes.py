"""Groups of nobody, of one and of two."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(names: str, method: object, rounds: int = 4) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in names]
        manager = api.group(members, max_round=rounds, speaker_selection_method=method)
        outcome = api.error(
            lambda: api.drive("initiate_chat", api.user(), manager, message="hello").summary, "underpopulated"
        )
        return {"outcome": outcome, "said": api.said(manager)}

    return {
        "nobody": chat("", "round_robin"),
        "one": chat("a", "round_robin"),
        "one_auto": chat("a", "auto"),
        "one_by_function": chat("a", lambda _, group: group.agents[0]),
        "one_round": chat("a", "round_robin", rounds=1),
        "two": chat("ab", "round_robin"),
    }
