"""The caller's last message is changed in place, the list is not."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    assistant = api.assistant("assistant", ["one"])
    assistant.register_hook("process_last_received_message", lambda content: f"{content}!")
    first, last = {"role": "user", "content": "first"}, {"role": "user", "content": "last"}
    given = [first, last]
    api.drive("generate_reply", assistant, given)
    return {"given": given, "same_objects": given[0] is first and given[1] is last}
