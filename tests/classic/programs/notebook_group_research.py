"""The notebook of a research team: an admin, an engineer, a scientist, a planner, a critic and an executor."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    admin = api.autogen.UserProxyAgent(name="Admin", system_message="A human admin.", code_execution_config=False)
    engineer = api.assistant("Engineer", ["```python\nprint('abstract')\n```"], system_message="Engineer.")
    scientist = api.assistant("Scientist", ["They are of two kinds."], system_message="Scientist.")
    planner = api.assistant("Planner", ["First fetch, then sort."], system_message="Planner.")
    critic = api.assistant("Critic", ["Name your source."], system_message="Critic.")
    executor = api.user(
        "Executor", code_execution_config={"last_n_messages": 3, "work_dir": "paper", "use_docker": False}
    )
    model = api.endpoint(["Planner", "Admin", "Engineer", "Executor", "Scientist", "Critic", "Admin"])
    group = api.autogen.GroupChat(
        agents=[admin, engineer, scientist, planner, executor, critic], messages=[], max_round=50
    )
    manager = api.autogen.GroupChatManager(groupchat=group, llm_config=model.llm_config)
    prompts = api.inputs(["Good, do it.", "exit"])
    result = admin.initiate_chat(manager, message="Find papers.")
    return {"said": api.said(manager), "asked": len(prompts), "requests": len(model.sent), "result": api.result(result)}
