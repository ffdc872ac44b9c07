"""What the model is told after an answer with two names, and after one with none."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    model = api.endpoint(["bob and cid", "somebody", "cid"])
    manager = api.group(members, {"llm_config": model.llm_config}, max_round=2, speaker_selection_method="auto")
    api.drive("initiate_chat", members[0], manager, message="hello")
    groupchat, names = manager.groupchat, "['ann', 'bob', 'cid']"
    labels = {
        "message": groupchat.select_speaker_msg(members),
        "prompt": groupchat.select_speaker_prompt(members),
        "multiple": groupchat.select_speaker_auto_multiple_template.format(agentlist=names),
        "none": groupchat.select_speaker_auto_none_template.format(agentlist=names),
    }
    return {"sent": api.labelled(model.sent, labels), "said": api.said(manager)}
