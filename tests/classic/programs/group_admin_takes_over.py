"""When a member is interrupted, the admin of the group speaks; without one the interruption comes out."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def interrupt(*_: object, **__: object) -> object:
        raise KeyboardInterrupt

    def chat(admin: str, **options: object) -> Outcome:
        ann = api.agent("ann", default_auto_reply="I am ann.")
        bob = api.agent("bob", default_auto_reply="I am bob.")
        boss = api.agent(admin, default_auto_reply="I take over.")
        bob.register_reply([api.autogen.Agent, None], interrupt)
        manager = api.group([ann, bob, boss], max_round=4, **options)
        try:
            ann.initiate_chat(manager, message="hello")
        except KeyboardInterrupt:
            return {"raised": "KeyboardInterrupt", "said": api.said(manager)}
        return {"said": api.said(manager)}

    return {"admin": chat("Admin"), "none": chat("boss"), "other_name": chat("boss", admin_name="boss")}
