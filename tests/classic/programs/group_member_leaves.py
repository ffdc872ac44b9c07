"""A member that leaves while the chat runs hears no more of it."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(leaves_at: int) -> Outcome:
        ann, bob, cid = (api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid"))

        def choose(last_speaker: object, groupchat: object) -> object:
            if len(groupchat.messages) == leaves_at:
                groupchat.agents.remove(bob)
            return groupchat.next_agent(last_speaker)

        manager = api.group([ann, bob, cid], max_round=6, speaker_selection_method=choose)
        outcome = api.error(lambda: api.drive("initiate_chat", ann, manager, message="hello").summary)
        heard = {member.name: api.texts(member.chat_messages[manager]) for member in (ann, bob, cid)}
        return {"outcome": outcome, "said": api.said(manager), "heard": heard}

    return {"early": chat(3), "late": chat(5)}
