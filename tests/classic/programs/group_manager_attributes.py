"""What a manager is: its name, messages and limits; it may not have tools."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name) for name in ("ann", "bob")]
    group = api.autogen.GroupChat(members, [], 5)
    manager = api.autogen.GroupChatManager(group, llm_config=False)
    named = api.autogen.GroupChatManager(
        groupchat=group, name="boss", llm_config=False, system_message="Rule.", human_input_mode="TERMINATE"
    )
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}

    def made(**config: object) -> Outcome:
        sentence = "GroupChatManager is not allowed to make function/tool calls"
        return api.error(lambda: api.autogen.GroupChatManager(group, llm_config=api.llm_config | config).name, sentence)

    return {
        "name": [manager.name, named.name],
        "system_message": [manager.system_message, named.system_message],
        "description": [manager.description, named.description],
        "human_input_mode": [manager.human_input_mode, named.human_input_mode],
        "limit": manager.max_consecutive_auto_reply() > 1000,
        "same_group": manager.groupchat is group,
        "is_agent": isinstance(manager, api.autogen.ConversableAgent),
        "rounds": group.max_round,
        "admin": group.admin_name,
        "tools": made(tools=[tool]),
        "functions": made(functions=[tool["function"]]),
        "no_tools": made(tools=[]),
        "no_group": api.error(lambda: api.autogen.GroupChatManager().name),
    }
