"""The model is asked only about those who may speak, and not at all if there is but one."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [
        api.agent(name, default_auto_reply=f"I am {name}.", description=f"The {name}.")
        for name in ("ann", "bob", "cid")
    ]
    ann, bob, cid = members

    def chat(*answers: str, **options: object) -> Outcome:
        model = api.endpoint(answers)
        options |= {
            "max_round": 4,
            "speaker_selection_method": "auto",
            "select_speaker_message_template": "{roles}; {agentlist}",
        }
        manager = api.group(members, {"llm_config": model.llm_config}, **options)
        api.drive("initiate_chat", ann, manager, message="hello")
        return {"systems": [request[0]["content"] for request in model.sent], "said": api.said(manager)}

    return {
        "no_repeat": chat("bob", "ann", "cid", allow_repeat_speaker=False),
        "graph": chat(
            "cid",
            "bob",
            allowed_or_disallowed_speaker_transitions={ann: [bob, cid], bob: [ann], cid: [ann]},
            speaker_transitions_type="allowed",
        ),
        "somebody_who_may_not": chat("ann", "cid", "ann", "bob", "bob", allow_repeat_speaker=False),
    }
