"""A graph of who may follow whom, or who may not; what must be given with it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid = (api.agent(name) for name in ("ann", "bob", "cid"))
    graph = {ann: [bob], bob: [cid, ann], cid: [cid]}

    def made(**options: object) -> Outcome:
        def call() -> Outcome:
            group = api.autogen.GroupChat(agents=[ann, bob, cid], messages=[], **options)
            return {
                agent.name: [other.name for other in ways]
                for agent, ways in group.allowed_speaker_transitions_dict.items()
            }

        return api.error(call, "speaker_transitions_type", "allowed", "Don't provide both")

    name = "allowed_or_disallowed_speaker_transitions"
    return {
        "allowed": made(**{name: graph}, speaker_transitions_type="allowed"),
        "disallowed": made(**{name: graph}, speaker_transitions_type="disallowed"),
        "capitals": made(**{name: graph}, speaker_transitions_type="ALLOWED"),
        "no_type": made(**{name: graph}),
        "wrong_type": made(**{name: graph}, speaker_transitions_type="nonsense"),
        "type_alone": made(speaker_transitions_type="allowed"),
        "with_repeat": made(**{name: graph}, speaker_transitions_type="allowed", allow_repeat_speaker=True),
        "disallowed_partly": made(**{name: {ann: [ann]}}, speaker_transitions_type="disallowed"),
        "allowed_partly": made(**{name: {ann: [bob]}}, speaker_transitions_type="allowed"),
        "empty": made(**{name: {}}, speaker_transitions_type="allowed"),
        "empty_disallowed": made(**{name: {}}, speaker_transitions_type="disallowed"),
    }
