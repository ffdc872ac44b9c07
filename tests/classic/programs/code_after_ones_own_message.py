"""With last_n_messages auto, code before the agent's own last message is not run again."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
    user = api.user(code_execution_config={"executor": executor, "last_n_messages": "auto"}, default_auto_reply="go on")
    assistant = api.assistant("assistant", ["```sh\necho one\n```", "no code now", "```sh\necho two\n```", "TERMINATE"])
    result = api.drive("initiate_chat", user, assistant, message="```sh\necho not mine\n```")
    return api.result(result)
