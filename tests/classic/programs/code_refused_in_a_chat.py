"""What a refused command does to the chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
    user = api.user(code_execution_config={"executor": executor})
    assistant = api.assistant("assistant", ["```sh\nrm -rf ./nothing\n```", "sorry"])
    refusal = "Use of 'rm -rf' command is not allowed."

    def chat() -> list[object]:
        texts = api.texts(api.drive("initiate_chat", user, assistant, message="go", max_turns=2).chat_history)
        return [*texts[:2], refusal in texts[2], *texts[3:]]

    return {"outcome": api.error(chat, refusal)}
