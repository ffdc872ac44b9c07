"""A member that joins while the chat runs."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(joins_at: int) -> Outcome:
        ann, bob, cid, dan = (
            api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid", "dan")
        )

        def choose(last_speaker: object, groupchat: object) -> object:
            if len(groupchat.messages) == joins_at:
                groupchat.agents.append(dan)
            return groupchat.next_agent(last_speaker)

        manager = api.group([ann, bob, cid], max_round=6, speaker_selection_method=choose)
        outcome = api.error(lambda: api.drive("initiate_chat", ann, manager, message="hello").summary)
        heard = {member.name: api.texts(member.chat_messages[manager]) for member in (ann, bob, cid, dan)}
        return {"outcome": outcome, "said": api.said(manager), "heard": heard}

    return {"joins": chat(2), "joins_before_its_turn": chat(3)}
