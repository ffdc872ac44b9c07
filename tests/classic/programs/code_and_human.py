"""Under ALWAYS the human is asked before code runs; a text is said instead of running it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(*answers: str) -> Outcome:
        executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
        user = api.user(human_input_mode="ALWAYS", code_execution_config={"executor": executor})
        assistant = api.assistant("assistant", ["```sh\necho ran\n```", "good"])
        prompts = api.inputs(answers)
        result = api.drive("initiate_chat", user, assistant, message="go")
        return {"prompts": prompts, "result": api.result(result)}

    return {"enter": chat("", "exit"), "text": chat("no, do not", "exit"), "exit": chat("exit")}
