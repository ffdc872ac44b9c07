"""A subclass may build the opening message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Asker(api.autogen.UserProxyAgent):
        def generate_init_message(self, message: object, **context: object) -> str:
            return f"Problem: {context['problem']} ({message})"

        async def a_generate_init_message(self, message: object, **context: object) -> str:
            return self.generate_init_message(message, **context)

    asker = Asker("asker", code_execution_config=False, human_input_mode="NEVER")
    other = api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", asker, other, message="m", problem="1+1", max_turns=1)
    return {"texts": api.texts(result.chat_history)}
