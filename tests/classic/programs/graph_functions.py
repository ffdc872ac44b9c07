"""The functions on graphs of speakers, beside the group."""

from __future__ import annotations

from autogen.graph_utils import check_graph_validity, has_self_loops, invert_disallowed_to_allowed
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid = agents = [api.agent(name) for name in ("ann", "bob", "cid")]
    invert = lambda graph: invert_disallowed_to_allowed(graph, agents)
    check = lambda graph: api.error(lambda: check_graph_validity(graph, agents))
    return {
        "loops": [has_self_loops({ann: [bob], bob: [ann]}), has_self_loops({ann: [ann]}), has_self_loops({})],
        "inverted": [invert({}), invert({ann: [ann]}), invert({ann: [ann, bob, cid], bob: []})],
        "checked": [check({ann: [bob]}), check({ann: "bob"}), check({"ann": [bob]}), check({ann: ["bob"]}), check(3)],
    }
