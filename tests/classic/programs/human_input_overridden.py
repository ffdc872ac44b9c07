"""A subclass may answer for the human; the prompts are the same."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    prompts: list[str] = []
    answers = ["typed", "exit"]

    class Scripted(api.autogen.UserProxyAgent):
        def get_human_input(self, prompt: str) -> str:
            prompts.append(prompt)
            return answers.pop(0)

        async def a_get_human_input(self, prompt: str) -> str:
            return self.get_human_input(prompt)

    user = Scripted("user", code_execution_config=False, human_input_mode="ALWAYS")
    other = api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", user, other, message="go")
    return {"prompts": prompts, "result": api.result(result)}
