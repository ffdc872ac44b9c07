"""What the model is shown of tool calls and their results."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(function_map={"add": lambda a, b: a + b})
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1, "b": 2}'}}
    assistant = api.assistant("assistant", [{"tool_calls": [call]}, "It is 3.", "They added."])
    result = api.drive(
        "initiate_chat", user, assistant, message="go", max_turns=2, summary_method="reflection_with_llm"
    )
    return {"summary": result.summary, "sent": api.sent_to_model(assistant)[-1]}
