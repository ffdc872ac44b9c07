"""What happens if only the synchronous method is overridden."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    typed: list[str] = []

    class Scripted(api.autogen.UserProxyAgent):
        def get_human_input(self, prompt: str) -> str:
            typed.append(prompt)
            return "exit"

    user = Scripted("user", code_execution_config=False, human_input_mode="ALWAYS")
    asked = api.inputs(["exit"])
    api.drive("initiate_chat", user, api.agent("other", default_auto_reply="ok"), message="go")
    return {"overridden": typed, "console": asked}
