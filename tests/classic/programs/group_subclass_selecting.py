"""A subclass of the group that selects the speaker itself."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: list[object] = []

    class OwnGroup(api.autogen.GroupChat):
        def select_speaker(self, last_speaker: object, selector: object) -> object:
            seen.append([last_speaker.name, selector.name, len(self.messages)])
            if last_speaker.name == "ann":
                return self.agent_by_name("cid")
            return (
                self.agent_by_name("bob")
                if last_speaker.name == "cid"
                else super().select_speaker(last_speaker, selector)
            )

    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    group = OwnGroup(agents=members, messages=[], max_round=5, speaker_selection_method="round_robin")
    manager = api.autogen.GroupChatManager(groupchat=group, llm_config=False)
    members[0].initiate_chat(manager, message="hello")
    return {"said": api.said(manager), "seen": seen}
