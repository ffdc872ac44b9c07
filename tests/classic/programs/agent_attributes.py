"""What can be read from agents made with defaults."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    agents = [
        api.autogen.ConversableAgent("plain"),
        api.autogen.AssistantAgent("assistant"),
        api.autogen.UserProxyAgent("user", code_execution_config=False),
    ]
    return {
        agent.name: {
            "llm_config": agent.llm_config,
            "client": agent.client,
            "human_input_mode": agent.human_input_mode,
            "function_map": agent.function_map,
            "code_executor": agent.code_executor,
            "chat_messages": dict(agent.chat_messages),
            "use_docker": agent.use_docker,
            "max_consecutive_auto_reply": agent.max_consecutive_auto_reply(),
            "reply_at_receive": dict(agent.reply_at_receive),
            "description_is_system_message": agent.description == agent.system_message,
            "last_message": agent.last_message(),
        }
        for agent in agents
    }
