"""A member writes code and another one runs it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
    user = api.user(code_execution_config={"executor": executor}, default_auto_reply="")
    coder = api.assistant("coder", ["```python\nprint(6 * 7)\n```", "It is 42. TERMINATE"])
    critic = api.assistant("critic", ["Looks good to me."])
    manager = api.group(
        [user, coder, critic],
        {"is_termination_msg": lambda message: message["content"].endswith("TERMINATE")},
        max_round=8,
        speaker_selection_method=lambda last, group: {user: coder, coder: user}[last],
    )
    result = api.drive("initiate_chat", user, manager, message="6 * 7?")
    return {"result": api.result(result), "said": api.said(manager), "critic": api.texts(critic.chat_messages[manager])}
