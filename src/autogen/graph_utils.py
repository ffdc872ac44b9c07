"""Classic import path."""

from autogen.teams.transitions import check_graph_validity, has_self_loops, invert_disallowed_to_allowed

__all__ = ["check_graph_validity", "has_self_loops", "invert_disallowed_to_allowed"]
