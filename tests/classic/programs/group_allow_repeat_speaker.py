"""Whether a member may speak twice in a row: all, none, or those in a list; and the graph that this makes."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]

    def graph(value: object) -> Outcome:
        def made() -> Outcome:
            group = api.autogen.GroupChat(agents=members, messages=[], allow_repeat_speaker=value)
            ways = {
                agent.name: [other.name for other in ways]
                for agent, ways in group.allowed_speaker_transitions_dict.items()
            }
            return {"ways": ways, "value": group.allow_repeat_speaker}

        return api.error(made, "allow_repeat_speaker should be a bool or a list of Agents")

    def said(value: object) -> list[str]:
        manager = api.group(
            members, max_round=4, speaker_selection_method=lambda last, _: "manual", allow_repeat_speaker=value
        )
        api.inputs(["1", "1", "1"])
        api.drive("initiate_chat", members[0], manager, message="hello")
        return api.said(manager)

    return {
        "default": graph(None),
        "true": graph(True),
        "false": graph(False),
        "list": graph([members[1]]),
        "empty_list": graph([]),
        "text": graph("yes"),
        "number": graph(1),
        "said": {"true": said(True), "false": said(False), "list": said([members[0]]), "other": said([members[1]])},
    }
