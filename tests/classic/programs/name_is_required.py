"""What must be given to make an agent."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    return {
        "no_name": api.error(lambda: api.autogen.ConversableAgent()),
        "positional": api.autogen.ConversableAgent("a", "My message.", llm_config=False).system_message,
        "unknown_option": api.error(lambda: api.autogen.ConversableAgent("a", nonsense=1)),
        "unknown_option_of_assistant": api.error(lambda: api.autogen.AssistantAgent("a", nonsense=1)),
        "unknown_option_of_user": api.error(
            lambda: api.autogen.UserProxyAgent("a", code_execution_config=False, nonsense=1)
        ),
    }
