"""A reply function may hold a chat of its own before it answers."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    expert = api.assistant("expert", ["ask them", "TERMINATE"])
    helper = api.user("helper", max_consecutive_auto_reply=1, default_auto_reply="and then?")

    def consult(recipient: object, messages: object, sender: object, config: object) -> tuple[bool, str]:
        inner = helper.initiate_chat(expert, message=messages[-1]["content"])
        return True, f"They say: {inner.chat_history[1]['content']}"

    user, other = api.user(), api.agent("other")
    other.register_reply(api.autogen.Agent, consult)
    result = api.drive("initiate_chat", user, other, message="go", max_turns=1)
    return {"result": api.result(result), "inner": api.histories(helper, expert)}
