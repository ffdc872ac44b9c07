"""An inner chat that is a group: an outer agent answers with what a team worked out."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    ann, bob = api.assistant("ann", ["a draft", "a better draft"]), api.assistant("bob", ["mend it"])
    team = api.group([ann, bob], {"name": "team", "llm_config": api.llm_config}, max_round=4)
    api.script(team, ["The best draft."])
    face = api.agent("face")
    user = api.user(max_consecutive_auto_reply=0)
    queue = [{"recipient": team, "summary_method": "reflection_with_llm", "max_turns": 1}]
    face.register_nested_chats(queue, trigger=user)
    result = api.drive("initiate_chat", user, face, message="write")
    return {"result": api.result(result), "said": api.said(team), "histories": api.histories(face)}
