"""A human under TERMINATE is asked at the word, and may go on."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def over(message: dict[str, object]) -> bool:
        return "TERMINATE" in str(message["content"])

    user = api.user(human_input_mode="TERMINATE", is_termination_msg=over, default_auto_reply="go on")
    ann = api.assistant("ann", ["one", "two TERMINATE", "three TERMINATE"])
    manager = api.group([user, ann], {"is_termination_msg": lambda _: False}, max_round=12)
    prompts = api.inputs(["not yet", "exit"])
    api.drive("initiate_chat", user, manager, message="hello")
    return {"said": api.said(manager), "asked": len(prompts)}
