"""End of input and Ctrl-C at a question leave the chat as exceptions."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for kind in (EOFError, KeyboardInterrupt):
        user, other = api.user(human_input_mode="ALWAYS"), api.agent("other", default_auto_reply="ok")
        api.inputs([kind])
        try:
            api.drive("initiate_chat", user, other, message="go")
            raised = None
        except BaseException as error:  # noqa: BLE001 - KeyboardInterrupt is one of the two
            raised = type(error).__name__
        outcome[kind.__name__] = {"raised": raised, "histories": api.histories(user, other)}
    return outcome
