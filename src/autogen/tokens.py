"""Tokens, counted offline: an estimate of 4 bytes a token, set right by what the provider says it has read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from autogen.messages import is_text, tool_calls_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.messages import ChatMessage

BYTES_A_TOKEN = 4
TOKENS_A_MESSAGE = 4
TOKENS_AN_IMAGE = 1_000
_WORTH_CALIBRATING = 200
_LEAST_FACTOR, _MOST_FACTOR = 0.5, 4.0


def tokens_of_text(text: str) -> int:
    """Return about how many tokens a text has."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return -(-size // BYTES_A_TOKEN)


def tokens_of(message: Mapping[str, Any]) -> int:
    """Return about how many tokens a message has, its tool calls and images included."""
    content = message.get("content")
    count = TOKENS_A_MESSAGE
    if is_text(content):
        count += tokens_of_text(content)
        if "tool_calls" not in message and "function_call" not in message:
            return count
    elif content:
        count += sum(map(_tokens_of_part, content))
    for call in tool_calls_of(message):
        function = call.get("function", {})
        count += TOKENS_A_MESSAGE + tokens_of_text(function.get("name", "") + function.get("arguments", ""))
    single = message.get("function_call")
    return count + (tokens_of_text(json.dumps(single)) if single else 0)


def _tokens_of_part(part: Any) -> int:
    if isinstance(part, str):
        return tokens_of_text(part)
    text = part.get("text")
    return tokens_of_text(text) if isinstance(text, str) else TOKENS_AN_IMAGE


def tokens_of_tools(schemas: Sequence[Mapping[str, Any]]) -> int:
    """Return about how many tokens the schemas of tools have."""
    return tokens_of_text(json.dumps(list(schemas), default=str)) if schemas else 0


class RunningCount:
    """The tokens of a list of messages that grows at its end: only what is new is counted."""

    __slots__ = ("_last", "_version", "sums")

    def __init__(self) -> None:
        self.sums: list[int] = [0]
        self._last: object = None
        self._version = 0

    def follows(self, messages: Sequence[ChatMessage], version: int = 0) -> bool:
        """Bring the count up to date; `False` if this is another list than before, and not the last one grown longer.

        With another `version` than before, all is counted anew.
        """
        sums = self.sums
        known = len(sums) - 1
        is_same = known <= len(messages) and (known == 0 or messages[known - 1] is self._last)
        if not is_same or version != self._version:
            sums, known, self._version = [0], 0, version
            self.sums = sums
        for message in messages[known:]:
            sums.append(sums[-1] + tokens_of(message))
        self._last = messages[-1] if messages else None
        return is_same


class Calibration:
    """How many tokens of a provider an estimated one is, as far as its answers tell."""

    __slots__ = ("estimated", "factor")

    def __init__(self) -> None:
        self.factor = 1.0
        self.estimated = 0

    def learn(self, told: int) -> None:
        """Compare the tokens that a provider has read with the estimate of the same request."""
        if told > 0 and self.estimated >= _WORTH_CALIBRATING:
            self.factor = min(_MOST_FACTOR, max(_LEAST_FACTOR, told / self.estimated))
