"""System messages and descriptions of agents made with a name only."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    agents = {
        "plain": api.autogen.ConversableAgent("plain", llm_config=False),
        "plain_with_system_message": api.agent("plain", system_message="I am plain."),
        "assistant": api.autogen.AssistantAgent("assistant", llm_config=False),
        "assistant_with_system_message": api.autogen.AssistantAgent("a", system_message="Mine.", llm_config=False),
        "assistant_with_default_system_message_given": api.autogen.AssistantAgent(
            "a", system_message=api.autogen.AssistantAgent.DEFAULT_SYSTEM_MESSAGE, llm_config=False
        ),
        "user_always": api.user(human_input_mode="ALWAYS"),
        "user_terminate": api.user(human_input_mode="TERMINATE"),
        "user_never": api.user(human_input_mode="NEVER"),
        "user_with_system_message": api.user(system_message="Mine."),
    }
    humans = [agent.description for kind, agent in agents.items() if kind.startswith("user")]
    shown = [kind for kind in agents if kind.startswith("plain") or kind == "assistant_with_system_message"]
    return {
        "texts": {kind: [agents[kind].system_message, agents[kind].description] for kind in shown},
        "system_message_of_users": [agent.system_message for kind, agent in agents.items() if kind.startswith("user")],
        "assistant_ends_with_terminate": "TERMINATE" in agents["assistant"].system_message,
        "assistant_has_its_own_description": agents["assistant"].description != agents["assistant"].system_message,
        "description_when_the_default_is_given": agents["assistant_with_default_system_message_given"].description
        == agents["assistant"].description,
        "users_have_a_description_for_each_mode": len({*humans}) == 3 and all(humans),
        "user_description_with_system_message": humans[-1] == humans[-2],
    }
