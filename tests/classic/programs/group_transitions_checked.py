"""A graph with strangers, without edges, or of wrong types."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid, stranger = (api.agent(name) for name in ("ann", "bob", "cid", "stranger"))

    def made(graph: object, kind: str = "allowed") -> Outcome:
        def call() -> str:
            api.autogen.GroupChat(
                agents=[ann, bob, cid],
                messages=[],
                allowed_or_disallowed_speaker_transitions=graph,
                speaker_transitions_type=kind,
            )
            return "made"

        return api.error(call)

    return {
        "good": made({ann: [bob], bob: [cid], cid: [ann]}),
        "a_member_missing": made({ann: [bob], bob: [ann]}),
        "stranger_as_source": made({ann: [bob], stranger: [ann]}),
        "stranger_as_target": made({ann: [bob, stranger], bob: [ann], cid: [ann]}),
        "no_edges": made({ann: [], bob: [], cid: []}),
        "an_empty_list": made({ann: [bob], bob: [ann], cid: []}),
        "duplicates": made({ann: [bob, bob], bob: [ann], cid: [ann]}),
        "not_a_dict": made([ann, bob]),
        "names": made({"ann": ["bob"]}),
        "no_list": made({ann: bob}),
        "disallow_all": made({agent: [ann, bob, cid] for agent in (ann, bob, cid)}, "disallowed"),
    }
