"""Parameters of a model are checked, and replaced by a default with a warning where they do not fit."""

from __future__ import annotations

from autogen.oai.client_utils import should_hide_tools, validate_parameter
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def checked(value: object, *rules: object) -> Outcome:
        def call() -> object:
            return validate_parameter({"x": value} if value != "absent" else {}, "x", *rules)

        outcome = api.error(call)
        return outcome

    number = ((int, float), False, 0.5, (0, 1), None)
    tools = [{"type": "function", "function": {"name": "add"}}, {"type": "function", "function": {"name": "sub"}}]

    def hidden(how: str, *called: str) -> Outcome:
        messages = [{"role": "user", "content": "x"}]
        for name in called:
            call = {"id": f"call_{name}", "type": "function", "function": {"name": name, "arguments": "{}"}}
            messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
            messages.append({"role": "tool", "tool_call_id": f"call_{name}", "content": "1"})
        return api.error(lambda: should_hide_tools(messages, tools, how))

    return {
        "number": [checked(value, *number) for value in (0.3, 0, 1, 2, -1, "a", None, "absent")],
        "none_allowed": checked(None, int, True, 3, None, None),
        "allowed": [checked(value, str, True, "a", None, ["a", "b"]) for value in ("a", "b", "c", None)],
        "lower": [checked(value, int, False, 5, (1, None), None) for value in (0, 1, 99)],
        "upper": [checked(value, int, False, 5, (None, 9), None) for value in (0, 9, 10)],
        "wrong_list": checked("a", str, True, None, None, "a"),
        "hide": {
            how: [hidden(how), hidden(how, "add"), hidden(how, "add", "sub")]
            for how in ("never", "if_all_run", "if_any_run", "nonsense")
        },
    }
