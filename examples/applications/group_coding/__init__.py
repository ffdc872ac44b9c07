"""A planner, a coder, a critic and an executor solve a data task in a group; see docs/applications/group_coding.md."""
