"""A selecting function that returns the name of a method leaves the rules of the group in force."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(method: str, **options: object) -> Outcome:
        ann, bob, cid = members = [
            api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")
        ]
        if options.pop("graph", False):
            options["allowed_or_disallowed_speaker_transitions"] = {ann: [cid], bob: [ann], cid: [bob]}
            options["speaker_transitions_type"] = "allowed"
        manager = api.group(members, max_round=5, speaker_selection_method=lambda *_: method, **options)
        prompts = api.inputs(["1", "1", "1", "1"])
        api.drive("initiate_chat", ann, manager, message="hello")
        return {"said": api.said(manager), "asked": len(prompts)}

    return {
        "graph": {method: chat(method, graph=True) for method in ("round_robin", "auto", "random", "manual")},
        "no_repeat": {method: chat(method, allow_repeat_speaker=False) for method in ("round_robin", "auto", "manual")},
    }
