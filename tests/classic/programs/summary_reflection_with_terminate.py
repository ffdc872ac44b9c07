"""Words to end a chat do not change the reflection's text."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user(is_termination_msg=lambda m: "TERMINATE" in m["content"])
    assistant = api.assistant("assistant", ["It is 3. TERMINATE", "The sum is 3. TERMINATE"])
    result = api.drive("initiate_chat", user, assistant, message="go", summary_method="reflection_with_llm")
    return {"summary": result.summary, "sent": api.sent_to_model(assistant)[-1]}
