"""A reply function is replaced in its place, for all its registrations."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def old(*_: object, **__: object) -> tuple[bool, str]:
        return True, "old"

    def new(*_: object, **__: object) -> tuple[bool, str]:
        return True, "new"

    def never_registered(*_: object, **__: object) -> tuple[bool, str]:
        return True, "never"

    def reply() -> object:
        return api.drive("generate_reply", other, messages=[{"role": "user", "content": "x"}])

    other = api.agent("other")
    other.register_reply([api.autogen.Agent, None], old)
    before = reply()
    other.replace_reply_func(never_registered, old)
    unknown = reply()
    other.replace_reply_func(old, new)
    return {"before": before, "unknown": unknown, "after": reply()}
