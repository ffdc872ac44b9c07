"""A human who only presses Enter leaves the answer to the agent."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(human_input_mode="ALWAYS", default_auto_reply="(nothing)")
    ann = api.agent("ann", default_auto_reply="I am ann.")
    manager = api.group([user, ann], max_round=5)
    prompts = api.inputs([""] * 4)
    api.drive("initiate_chat", user, manager, message="hello")
    return {"said": api.said(manager), "asked": len(prompts)}
