"""Two model agents tell jokes until one says the word; none is asked again."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    cathy = api.assistant(
        "cathy", ["knock knock", "I gotta go"], is_termination_msg=lambda m: "gotta go" in m["content"]
    )
    joe = api.assistant("joe", ["who is there?", "bye then"], is_termination_msg=lambda m: "gotta go" in m["content"])
    result = api.drive("initiate_chat", joe, cathy, message="Cathy, tell me a joke")
    return {
        "result": api.result(result),
        "calls": [api.model_calls(joe), api.model_calls(cathy)],
        "histories": api.histories(joe, cathy),
    }
