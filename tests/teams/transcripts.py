"""Reads what was said: whole transcripts, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.messages import text_of, tool_calls_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def lines(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return each message as `name: text`; a call as `name -> tool(arguments)`."""
    return [_line(message) for message in messages]


def _line(message: Mapping[str, Any]) -> str:
    calls = [
        f"{call.get('function', {}).get('name')}({call.get('function', {}).get('arguments')})"
        for call in tool_calls_of(message)
    ]
    name = message.get("name", "")
    return f"{name} -> {', '.join(calls)}" if calls else f"{name}: {text_of(message)}"
