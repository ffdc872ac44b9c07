"""What cannot be resumed from."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def failed(given: object) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(members)
        outcome = api.error(lambda: api.drive("resume", manager, given, None) and "resumed", "zoe")
        return {"failed": "raised" in outcome, "says": outcome.get("says")}

    return {
        "number": failed(3),
        "dict": failed({"content": "x"}),
        "list_of_texts": failed(["x"]),
        "empty_list": failed([]),
        "empty_text": failed(""),
        "no_json": failed("hello"),
        "empty_json": failed("[]"),
        "stranger": failed([{"content": "x", "role": "user", "name": "zoe"}]),
        "none": failed(None),
    }
