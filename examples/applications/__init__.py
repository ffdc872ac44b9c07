"""Applications of several agents, each with a page in docs/applications; run one with `python -m examples.applications.NAME`."""
