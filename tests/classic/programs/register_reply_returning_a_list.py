"""A list of two is as good as a tuple; anything else is not."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def answer(returned: object) -> object:
        other = api.agent("other", default_auto_reply="default")
        other.register_reply([api.autogen.Agent, None], lambda *_, **__: returned)
        return api.error(lambda: api.drive("generate_reply", other, messages=[{"role": "user", "content": "x"}]))

    return {
        "list": answer([True, "from a list"]),
        "not_final": answer([False, "from a list"]),
        "dict": answer((True, {"content": "from a dict"})),
        "none": answer(None),
    }
