"""What the selecting model sees can be shortened by transforms."""

from __future__ import annotations

from autogen.agentchat.contrib.capabilities import transform_messages, transforms
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    model = api.endpoint(["bob", "cid", "ann"])
    shorter = transform_messages.TransformMessages(transforms=[transforms.MessageHistoryLimiter(max_messages=2)])
    options = {"select_speaker_transform_messages": shorter, "speaker_selection_method": "auto", "max_round": 4}
    manager = api.group(members, {"llm_config": model.llm_config}, **options)
    api.drive("initiate_chat", members[0], manager, message="hello")
    groupchat = manager.groupchat
    labels = {"message": groupchat.select_speaker_msg(), "prompt": groupchat.select_speaker_prompt()}
    return {"sent": api.labelled(model.sent, labels), "said": api.said(manager)}
