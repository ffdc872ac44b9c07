"""Transforms added to an agent change what its model is sent, and nothing that is kept."""

from __future__ import annotations

from autogen.agentchat.contrib.capabilities import transform_messages, transforms
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Shout:
        def apply_transform(self, messages: list[dict[str, object]]) -> list[dict[str, object]]:
            for message in messages:
                message["content"] = message["content"].upper()
            return messages

        def get_logs(self, before: object, after: object) -> tuple[str, bool]:
            return "shouted", True

    def chat(*steps: object, **options: object) -> Outcome:
        user = api.user(default_auto_reply="go on")
        assistant = api.assistant("assistant", ["one", "two", "three"])
        transform_messages.TransformMessages(transforms=list(steps), **options).add_to_agent(assistant)
        user.initiate_chat(assistant, message="hello", max_turns=3)
        return {"sent": api.sent_to_model(assistant), "histories": api.histories(assistant)}

    limit = transforms.MessageHistoryLimiter(max_messages=2)
    return {
        "limit": chat(limit),
        "shout": chat(Shout(), verbose=False),
        "both": chat(limit, Shout()),
        "none": chat()["sent"][-1],
    }
