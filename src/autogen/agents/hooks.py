"""Hooks: functions of the user that change what an agent sees before a reply, or says."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, cast

from autogen.core.sync import call, is_async

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage

_PLAIN = ("process_last_received_message", "process_all_messages_before_reply", "process_message_before_send")


class Hooks:
    """The hooks of one agent, by name (`lists`); a name with `a_` takes async functions only."""

    def __init__(self) -> None:
        self.lists: dict[str, list[Callable[..., Any]]] = {
            f"{form}{name}": [] for name in _PLAIN for form in ("", "a_")
        }
        self.is_hooked = False

    def register(self, name: str, hook: Callable[..., Any]) -> None:
        """Add a hook.

        Raises:
            AssertionError: no such name, or this function is registered there already.
        """
        assert name in self.lists, f"{name} is not a hookable method. Known: {', '.join(self.lists)}."
        assert hook not in self.lists[name], f"{hook} is already registered as a hook. (Of {name}.)"
        if is_async(hook) != name.startswith("a_"):
            kind, other = ("an async", "a_" + name) if is_async(hook) else ("a sync", name[2:])
            warnings.warn(
                f"{hook!r} is {kind} function; register it as {other!r}. Here it is skipped.", UserWarning, stacklevel=3
            )
            return
        self.lists[name].append(hook)
        self.is_hooked = True

    async def before_reply(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        """Return the messages as all hooks leave them: first those of the whole list, then those of the last message."""
        for hook in self._both("process_all_messages_before_reply"):
            messages = await call(hook, messages)
        return await self._last_received(messages)

    async def before_send(self, sender: Agent, message: Any, recipient: Agent, silent: bool | None) -> Any:
        """Return what is to be said instead of `message`."""
        for hook in self._both("process_message_before_send"):
            message = await call(hook, sender=sender, message=message, recipient=recipient, silent=silent)
        return message

    async def _last_received(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        hooks = self._both("process_last_received_message")
        if not hooks or not messages:
            return messages
        last = messages[-1]
        content = last.get("content")
        if content is None or content == "exit" or "context" in last or "function_call" in last:
            return messages
        processed = cast("Any", content)
        for hook in hooks:
            processed = await call(hook, processed)
        if processed != content:
            last["content"] = processed  # the agent's own view of it, as in the classic: what was said stays as it was
        return messages

    def _both(self, name: str) -> list[Callable[..., Any]]:
        return self.lists[name] + self.lists[f"a_{name}"]
