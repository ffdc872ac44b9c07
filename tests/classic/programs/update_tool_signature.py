"""Tool descriptions can be given and removed by hand."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    assistant = api.assistant("assistant", [])
    tool = {
        "type": "function",
        "function": {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}},
    }
    assistant.update_tool_signature(tool, is_remove=False)
    added = list(assistant.llm_config["tools"])
    assistant.update_tool_signature("f", is_remove=True)
    removed = assistant.llm_config.get("tools", "no key")
    return {
        "added": added,
        "removed": removed,
        "remove_unknown": api.error(
            lambda: assistant.update_tool_signature("g", is_remove=True), "The agent config doesn't have tool"
        ),
        "without_model": api.error(
            lambda: api.agent("plain").update_tool_signature(tool, is_remove=False),
            "To update a tool signature, agent must have an llm_config",
        ),
    }
