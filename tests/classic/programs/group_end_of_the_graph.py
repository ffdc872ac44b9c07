"""Where no way leads on, the chat ends, with everything that was said."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(method: object, end: bool) -> Outcome:
        ann, bob, cid = members = [
            api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")
        ]
        manager = api.group(
            members,
            max_round=6,
            speaker_selection_method=method,
            allowed_or_disallowed_speaker_transitions={ann: [bob], bob: [cid]} | ({} if end else {cid: []}),
            speaker_transitions_type="allowed",
        )
        outcome = api.error(lambda: api.result(api.drive("initiate_chat", ann, manager, message="hello")))
        return {"outcome": outcome, "said": api.said(manager)}

    return {
        "round_robin": chat("round_robin", end=True),
        "auto": chat("auto", end=True),
        "empty_list": chat("round_robin", end=False),
    }
