"""Code in a termination message is not run."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
    user = api.user(
        code_execution_config={"executor": executor}, is_termination_msg=lambda m: "TERMINATE" in m["content"]
    )
    assistant = api.assistant("assistant", ["```sh\necho 42\n```\nTERMINATE"])
    return api.result(api.drive("initiate_chat", user, assistant, message="go"))
