"""A new system message is sent to the model; the description stays."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    assistant = api.assistant("assistant", ["one", "two"], system_message="Be brief.", description="Brief one")
    plain = api.agent("plain", system_message="I am plain.")
    user = api.user(system_message="I am a user.")
    messages = [{"role": "user", "content": "x"}]
    api.drive("generate_reply", assistant, messages)
    for agent in (assistant, plain, user):
        agent.update_system_message("New.")
    api.drive("generate_reply", assistant, messages)
    return {
        "sent_to_model": api.sent_to_model(assistant),
        "agents": {a.name: [a.system_message, a.description] for a in (assistant, plain)},
        "user": [user.system_message, user.description not in ("New.", "I am a user.")],
    }
