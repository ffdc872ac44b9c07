"""Plugging into an agent: reply functions, hooks and functions to run. Methods of `ConversableAgent`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.agents import doors
from autogen.agents.responders.registry import Responder, check_signature, check_trigger, key_of, place_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.agents.converser import Converser


def register_reply(
    self: Converser,
    trigger: Any,
    reply_func: Callable[..., Any],
    position: int = 0,
    config: Any = None,
    reset_config: Callable[[Any], Any] | None = None,
    *,
    ignore_async_in_sync_chat: bool = False,
    remove_other_reply_funcs: bool = False,
) -> None:
    """Add a way to answer; the last one registered is asked first.

    Args:
        trigger: whose messages it is for: a class, an agent, a name, a callable of the sender, `None` for no sender,
            or a list of these.
        reply_func: `(recipient, messages, sender, config)`, sync or async, returns `(final, reply)`.
        position: where in the list of reply functions; 0 is asked first, 2 comes after the check for termination.
        config: handed to the function.
        reset_config: called with the config at `reset()`.
        ignore_async_in_sync_chat: pass over an async function in a synchronous chat instead of refusing the chat.
        remove_other_reply_funcs: drop all others.
    """
    check_trigger(trigger)
    check_signature(reply_func)
    responder = Responder(
        trigger, reply_func, config, reset_config, ignore_async_in_sync_chat=ignore_async_in_sync_chat
    )
    if remove_other_reply_funcs:
        self.responders.clear()
    self.responders.insert(place_in(self.responders, position) if position >= 0 else position, responder)


def replace_reply_func(self: Converser, old_reply_func: Callable[..., Any], new_reply_func: Callable[..., Any]) -> None:
    """Answer by another function wherever the old one is registered."""
    check_signature(new_reply_func)
    for responder in self.responders:
        if responder.key == key_of(old_reply_func):
            responder.bind(new_reply_func)


def check_reply_functions(self: Converser) -> None:
    """Refuse async reply functions in a synchronous chat.

    Raises:
        RuntimeError: names the functions.
    """
    doors.check_reply_functions(self.name, self.responders)


def register_hook(self: Converser, hookable_method: str, hook: Callable[..., Any]) -> None:
    """Add a hook: `process_last_received_message`, `process_all_messages_before_reply` or `process_message_before_send`.

    The names with `a_` take async functions.
    """
    self.hooks.register(hookable_method, hook)


def can_execute_function(self: Converser, name: str | list[str]) -> bool:
    """Tell whether it runs this function, or all of these."""
    return all(each in self.function_map for each in ([name] if isinstance(name, str) else name))


def register_function(self: Converser, function_map: dict[str, Callable[..., Any] | None]) -> None:
    """Add functions to run, by name; the value `None` takes one away."""
    doors.update_function_map(self.function_map, function_map)
