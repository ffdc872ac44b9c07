"""What a model is asked, as short texts for the record: whether the same is asked when a run is run again, and what is not."""

from __future__ import annotations

import json
from hashlib import blake2b
from operator import is_
from typing import TYPE_CHECKING, Any

from autogen.agents.threads.shared_log import Prefixed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.core.run import Scope
    from autogen.messages import ChatMessage
    from autogen.models.client import ModelClient

_SIZE, _PART_SIZE = 8, 4
_PLAIN = frozenset({"content", "name", "role"})
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=type).encode


def asked_of(
    source: str,
    messages: Sequence[ChatMessage],
    offered: tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]],
    client: ModelClient,
    scope: Scope,
) -> tuple[str, str]:
    """Return a digest of all that is asked; and digests of the system message, the tools, the options and the model.

    Both follow from what is asked alone. Only messages that are new since this agent last asked here are looked at, so
    that the price of a turn does not grow with the conversation.

    Args:
        source: the agent.
        messages: as its model sees them.
        offered: the tools and the options of the call.
        client: the model.
        scope: the chat, which keeps what was looked at.
    """
    asked = scope.digested.get(source)
    if asked is None:
        asked = scope.digested[source] = Asked()
    return asked.digests(messages, offered, client)


class Asked:
    """What one agent has asked in one chat, as far as it was looked at."""

    __slots__ = ("_client", "_hash", "_how", "_messages", "_model", "_offered", "_seen", "_system", "_trunk")

    def __init__(self) -> None:
        self._messages: Sequence[ChatMessage] = ()
        self._trunk: tuple[object, object] = (None, None)
        self._seen = 0
        self._hash = blake2b(digest_size=_SIZE)
        self._client: object = None
        self._system: object = None
        self._offered: object = None
        self._model = self._how = ""

    def digests(
        self,
        messages: Sequence[ChatMessage],
        offered: tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]],
        client: ModelClient,
    ) -> tuple[str, str]:
        """See `asked_of`."""
        if not self._has_grown(messages):
            self._hash, self._seen = blake2b(digest_size=_SIZE), 0
        new = messages if self._seen == 0 else (messages[place] for place in range(self._seen, len(messages)))
        for message in new:
            self._hash.update(f"{_words(message)}\0\0".encode("utf-8", "backslashreplace"))
        self._messages, self._trunk, self._seen = messages, _trunk(messages), len(messages)
        tools, options = offered
        whole = self._hash
        if tools or options:
            whole = whole.copy()
            whole.update(_encode([list(tools), dict(options)]).encode("utf-8", "backslashreplace"))
        return whole.hexdigest(), self._parts(messages, tools, options, client)

    def _has_grown(self, messages: Sequence[ChatMessage]) -> bool:
        """Tell whether the first messages are those that were looked at."""
        seen = self._seen
        if not seen or seen > len(messages):
            return False
        if all(map(is_, _trunk(messages), self._trunk)):  # what a thread shows only grows, or becomes another object
            return True
        before = self._messages
        return isinstance(before, list) and isinstance(messages, list) and messages[:seen] == before[:seen]

    def _parts(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[Mapping[str, Any]],
        options: Mapping[str, Any],
        client: ModelClient,
    ) -> str:
        """Return the digests of what does not change from turn to turn, as a rule."""
        if client is not self._client:
            self._client, self._how = client, ""
            self._model = _part(_encode(getattr(client, "fingerprint", client.name)))
        first = messages[0] if messages else None
        system = first if first is not None and first.get("role") == "system" else None
        offered = (list(tools), dict(options))
        if not self._how or system is not self._system or offered != self._offered:
            self._system, self._offered = system, offered
            told = "" if system is None else _words(system)
            self._how = ".".join((*map(_part, (told, _encode(offered[0]), _encode(offered[1]))), self._model))
        return self._how


def _trunk(messages: Sequence[ChatMessage]) -> tuple[object, object]:
    """Return what are the same objects as long as the messages only grow."""
    return messages.trunk if isinstance(messages, Prefixed) else (messages, None)


def _part(text: str) -> str:
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=_PART_SIZE).hexdigest()


def _words(message: ChatMessage) -> str:
    """Return a message as text that does not depend on the order of its keys."""
    content = message.get("content")
    if isinstance(content, str) and _PLAIN.issuperset(message):
        return f"{message.get('role')}\0{message.get('name')}\0{content}"
    return _encode(message)
