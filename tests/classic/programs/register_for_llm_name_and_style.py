"""A tool may have another name, and the older style of functions."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def work(a: int) -> int:
        return a

    assistant, old = api.assistant("assistant", []), api.assistant("old", [])
    assistant.register_for_llm(name="do_work", description="Works.")(work)
    old.register_for_llm(name="do_work", description="Works.", api_style="function")(work)
    wrong = lambda: assistant.register_for_llm(description="x", api_style="nonsense")(work)
    return {
        "tools": assistant.llm_config["tools"],
        "functions": old.llm_config["functions"],
        "tools_of_old": old.llm_config.get("tools"),
        "wrong_style": api.error(wrong, "Unsupported API style"),
    }
