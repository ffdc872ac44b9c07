"""A group goes on from messages kept as a list or as JSON text."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def team() -> object:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
        return api.group(members, max_round=8)

    def resumed(kind: str, **options: object) -> Outcome:
        first = team()
        first.groupchat.max_round = 8
        api.drive("initiate_chat", first.groupchat.agents[0], first, message="hello", max_turns=1)
        kept = [dict(message) for message in first.groupchat.messages][:4]
        second = team()
        given = second.messages_to_string(kept) if kind == "text" else kept
        last_agent, last_message = api.drive("resume", second, given, **({"remove_termination_string": None} | options))
        before = api.said(second)
        result = api.drive("initiate_chat", last_agent, second, message=last_message, clear_history=False)
        heard = [api.texts(member.chat_messages[second]) for member in second.groupchat.agents]
        return {
            "last": [last_agent.name, last_message],
            "before": before,
            "said": api.said(second),
            "history": api.texts(result.chat_history),
            "heard": heard,
            "given": kept,
        }

    return {"list": resumed("list"), "text": resumed("text"), "silent": resumed("list", silent=True)["last"]}
