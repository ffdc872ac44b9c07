"""What happens with a mode that does not exist."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    return {
        "made": api.error(lambda: api.agent("one", human_input_mode="SOMETIMES").human_input_mode),
    }
