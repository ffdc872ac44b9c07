"""What a model is asked, as a short text for the record: it tells whether the same is asked when a run is run again."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.core.run import Scope
    from autogen.messages import ChatMessage

_SIZE = 8
_PLAIN = frozenset({"content", "name", "role"})
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=type).encode


def digest_of(
    source: str,
    messages: Sequence[ChatMessage],
    offered: tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]],
    scope: Scope,
) -> str:
    """Return a digest of the first message, of all that are new since this agent's model was last asked here, and of the rest.

    What is not new was part of an earlier digest, so that the price of a turn does not grow with the conversation.

    Args:
        source: the agent.
        messages: as its model sees them.
        offered: the tools and the options of the call.
        scope: the chat, which keeps count.
    """
    count, known = len(messages), scope.digested.get(source, 0)
    scope.digested[source] = count
    begin = known if known < count else 0
    parts = [] if begin == 0 else [_words(messages[0])]
    parts += [_words(messages[place]) for place in range(begin, count)]
    tools, options = offered
    if tools or options:
        parts.append(_encode([list(tools), dict(options)]))
    return blake2b("\0".join(parts).encode("utf-8", "backslashreplace"), digest_size=_SIZE).hexdigest()


def _words(message: ChatMessage) -> str:
    """Return a message as text that does not depend on the order of its keys."""
    content = message.get("content")
    if isinstance(content, str) and _PLAIN.issuperset(message):
        return f"{message.get('role')}\0{message.get('name')}\0{content}"
    return _encode(message)
