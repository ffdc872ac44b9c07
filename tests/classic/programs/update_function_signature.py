"""Function descriptions of the older style, the same."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    assistant = api.assistant("assistant", [])
    function = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}
    assistant.update_function_signature(function, is_remove=False)
    added = list(assistant.llm_config["functions"])
    again = api.warned(lambda: assistant.update_function_signature(dict(function, description="e"), is_remove=False))
    assistant.update_function_signature("f", is_remove=True)
    removed = assistant.llm_config.get("functions", "no key")
    return {
        "added": added,
        "again": again,
        "removed": removed,
        "bad_name": api.error(
            lambda: assistant.update_function_signature(dict(function, name="a b"), is_remove=False), "Invalid name"
        ),
        "text_to_add": api.error(lambda: assistant.update_function_signature("f", is_remove=False)),
        "remove_unknown": api.error(
            lambda: assistant.update_function_signature("g", is_remove=True), "The agent config doesn't have function"
        ),
        "without_model": api.error(lambda: api.agent("plain").update_function_signature(function, is_remove=False)),
    }
