"""A function can be run directly; what comes back is a flag and a function message."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Counter:
        count = 0

        def up(self, by: int = 1) -> int:
            self.count += by
            return self.count

    def fails() -> None:
        raise KeyError("no such thing")

    user = api.user(function_map={"up": Counter().up, "fails": fails, "text": lambda text: text})

    def run(name: str, arguments: object) -> object:
        return api.drive("execute_function", user, {"name": name, "arguments": arguments})

    return {
        "method": run("up", '{"by": 2}'),
        "no_arguments": run("up", "{}"),
        "empty_arguments": run("up", ""),
        "no_arguments_key": api.error(lambda: api.drive("execute_function", user, {"name": "up"})),
        "exception": run("fails", "{}"),
        "unknown": run("missing", "{}"),
        "bad_json": run("up", "by=2"),
        "json_of_other_kind": api.error(lambda: run("up", "[1]")),
        "unknown_argument": run("up", '{"to": 2}'),
        "new_line_in_text": run("text", '{"text": "a\nb"}'),
        "escaped_new_line": run("text", '{"text": "a\\nb"}'),
        "new_line_between": run("text", '{\n"text": "a"\n}'),
        "tab_in_text": run("text", '{"text": "a\tb"}'),
        "arguments_as_dict": api.error(lambda: run("up", {"by": 1})),
    }
