"""The latest registered is tried first; one that is not final lets the next answer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    order: list[str] = []

    def named(name: str, final: bool) -> object:
        def reply(recipient: object, messages: object = None, sender: object = None, config: object = None) -> object:
            order.append(name)
            return final, f"from {name}"

        return reply

    other = api.agent("other")
    other.register_reply([api.autogen.Agent, None], named("first", True))
    other.register_reply([api.autogen.Agent, None], named("second", False))
    other.register_reply([api.autogen.Agent, None], named("third", False))
    reply = api.drive("generate_reply", other, messages=[{"role": "user", "content": "x"}])
    return {"order": order, "reply": reply}
