"""A group is read and changed through its fields."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob, cid = members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
    group = api.autogen.GroupChat(agents=members, messages=[])
    names = (
        "max_round",
        "admin_name",
        "func_call_filter",
        "speaker_selection_method",
        "max_retries_for_selecting_speaker",
    )
    names += ("allow_repeat_speaker", "speaker_transitions_type", "enable_clear_history", "send_introductions")
    names += ("select_speaker_auto_verbose", "role_for_select_speaker_messages")
    defaults = {name: getattr(group, name) for name in names}
    manager = api.autogen.GroupChatManager(group, llm_config=False)
    group.max_round = 3
    group.speaker_selection_method = "round_robin"
    api.drive("initiate_chat", ann, manager, message="hello")
    first = api.said(manager)
    group.speaker_selection_method = lambda *_: cid
    group.max_round = 2
    api.drive("initiate_chat", ann, manager, message="again")
    group.append({"role": "user", "content": "added"}, bob)
    return {"defaults": defaults, "first": first, "second": api.said(manager), "last": group.messages[-1]}
