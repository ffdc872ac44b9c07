"""The notebook of a workflow: a function of the last speaker leads from planner to engineer, executor and writer."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    initializer = api.user("Init")
    coder = api.assistant("Coder", ["```python\n1/0\n```", "```python\nprint('fine')\n```"])
    executor = api.user("Executor", code_execution_config={"last_n_messages": 1, "work_dir": "w", "use_docker": False})
    writer = api.assistant("Writer", ["A report."])

    def state_transition(last_speaker: object, groupchat: object) -> object:
        messages = groupchat.messages
        if last_speaker is initializer:
            return coder
        if last_speaker is coder:
            return executor
        if last_speaker is executor:
            return coder if "exitcode: 1" in messages[-1]["content"] else writer
        return None if last_speaker is writer else "auto"

    group = api.autogen.GroupChat(
        agents=[initializer, coder, executor, writer],
        messages=[],
        max_round=20,
        speaker_selection_method=state_transition,
    )
    manager = api.autogen.GroupChatManager(groupchat=group, llm_config=False)
    result = initializer.initiate_chat(manager, message="Report.")
    said = [[message["name"], message["content"].split("\n")[0]] for message in group.messages]
    return {"said": said, "last": api.texts(result.chat_history)[-1], "summary": result.summary}
