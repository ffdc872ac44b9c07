"""A coder and an executor registered by decorators work in a group chosen by a model."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    planner = api.assistant("planner", ["ask the coder"])
    coder = api.autogen.AssistantAgent("coder", llm_config=api.llm_config, system_message="Help.")
    user = api.user()

    @user.register_for_execution()
    @coder.register_for_llm(description="Count the letters.")
    def count(word: str) -> int:
        return len(word)

    call = {"id": "call_1", "type": "function", "function": {"name": "count", "arguments": '{"word": "four"}'}}
    api.script(coder, [{"content": None, "tool_calls": [call]}, "It has 4. TERMINATE"])
    model = api.endpoint(["planner", "coder", "coder"])
    manager = api.group(
        [user, planner, coder],
        {
            "llm_config": model.llm_config,
            "is_termination_msg": lambda message: "TERMINATE" in (message["content"] or ""),
        },
        speaker_selection_method="auto",
    )
    result = api.drive("initiate_chat", user, manager, message="How many letters?")
    return {
        "result": api.result(result),
        "said": api.said(manager),
        "sent": api.sent_to_model(coder),
        "requests": len(model.sent),
    }
