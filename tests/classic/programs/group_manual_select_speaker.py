"""The question to the human can be asked directly, of all or some members."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name) for name in ("ann", "bob", "cid")]
    groupchat = api.group(members).groupchat
    prompts = api.inputs(["2", "2", "", "x", "9"])
    all_of_them, some = groupchat.manual_select_speaker(), groupchat.manual_select_speaker(members[1:])
    nobody, tired = groupchat.manual_select_speaker(), groupchat.manual_select_speaker(members[1:])
    return {"chosen": [all_of_them, some, nobody, tired], "asked": len(prompts)}
