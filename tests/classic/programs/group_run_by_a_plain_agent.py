"""The method that runs a group can be registered on any agent."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
    group = api.autogen.GroupChat(members, [], max_round=3, speaker_selection_method="round_robin")
    chair = api.agent("chair", max_consecutive_auto_reply=10, human_input_mode="NEVER")
    chair.register_reply(
        api.autogen.Agent,
        reply_func=api.autogen.GroupChatManager.run_chat,
        config=group,
        reset_config=api.autogen.GroupChat.reset,
    )
    result = members[0].initiate_chat(chair, message="hello")
    before = [f"{message['name']}: {message['content']}" for message in group.messages]
    chair.reset()
    return {
        "said": before,
        "after_reset": len(group.messages),
        "histories": api.histories(*members),
        "result": api.result(result),
    }
