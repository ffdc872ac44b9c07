"""The texts with roles and names that a selecting model is given, of all or some members."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, description=f"{name} does things.") for name in ("ann", "bob", "cid")]
    members.append(api.agent("silent one", description=""))
    own = api.group(
        members,
        select_speaker_message_template="R {roles} N {agentlist}",
        select_speaker_prompt_template="P {agentlist}",
    ).groupchat
    without = api.group(members, select_speaker_prompt_template=None).groupchat
    usual = api.group(members).groupchat
    return {
        "message": own.select_speaker_msg(),
        "message_of_some": own.select_speaker_msg(members[:2]),
        "prompt": own.select_speaker_prompt(),
        "prompt_of_some": own.select_speaker_prompt(members[2:]),
        "no_prompt": without.select_speaker_prompt(),
        "usual": "ann: ann does things.\nbob: bob does things." in usual.select_speaker_msg(),
        "names": [
            "['ann', 'bob', 'cid', 'silent one']" in text
            for text in (usual.select_speaker_msg(), usual.select_speaker_prompt())
        ],
        "braces": api.error(
            lambda: api.group(members, select_speaker_message_template="{other}").groupchat.select_speaker_msg()
        ),
    }
