"""A user proxy runs the code of a message and says how it went."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    folder_user = api.user(code_execution_config={"work_dir": "work", "use_docker": False})
    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
    executor_user = api.user(code_execution_config={"executor": executor})
    message = "Run this:\n```python\nprint('hello')\nprint(1 + 2)\n```\nand tell me."

    def run(user: object) -> object:
        assistant = api.assistant("assistant", [message, "good"])
        return api.result(api.drive("initiate_chat", user, assistant, message="go", max_turns=2))

    return {"work_dir": run(folder_user), "executor": run(executor_user)}
