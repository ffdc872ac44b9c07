"""An assistant writes code, sees an error, repairs it, and ends the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
    user = api.user(
        code_execution_config={"executor": executor},
        is_termination_msg=lambda m: m.get("content", "").rstrip().endswith("TERMINATE"),
        max_consecutive_auto_reply=5,
    )
    assistant = api.assistant(
        "assistant", ["```sh\necho broken; exit 1\n```", "```sh\necho 42\n```", "The answer is 42.\nTERMINATE"]
    )
    result = api.drive("initiate_chat", user, assistant, message="What is it?")
    return {"result": api.result(result), "sent": api.sent_to_model(assistant)[-1]}
