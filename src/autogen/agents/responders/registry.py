"""The ordered list of an agent's ways to answer, and what triggers each."""

from __future__ import annotations

import copy
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from autogen.core.agent import Agent
from autogen.core.sync import call, coroutine_of, in_sync_call, is_async
from autogen.errors import SenderRequired

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable

    from autogen.messages import ChatMessage


class Responder:
    """One way to answer: a reply function, what triggers it, and its config.

    `slots` is how many positions it takes in the classic list, where a default and its async twin stood side by side.
    """

    __slots__ = (
        "_door",
        "_own_reply",
        "config",
        "function",
        "ignore_async_in_sync_chat",
        "init_config",
        "is_async",
        "key",
        "reset_config",
        "slots",
        "trigger",
    )

    def __init__(
        self,
        trigger: Any,
        function: Callable[..., Any],
        config: Any = None,
        reset_config: Callable[[Any], Any] | None = None,
        *,
        ignore_async_in_sync_chat: bool = False,
        slots: int = 1,
    ) -> None:
        self.trigger, self.function, self.slots = trigger, function, slots
        self.init_config, self.config, self.reset_config = config, _own_copy(config), reset_config
        self.ignore_async_in_sync_chat = ignore_async_in_sync_chat
        self.bind(function)

    def bind(self, function: Callable[..., Any]) -> None:
        """Answer by this function from now on."""
        self.function = function
        self.key = key_of(function)
        self._door = coroutine_of(function) or (getattr(function, "leads_to", None) and function)
        self._own_reply: Callable[..., Awaitable[tuple[bool, Any]]] | None = None
        self.is_async = self._door is None and is_async_function(function)

    @property
    def own_reply(self) -> Callable[..., Awaitable[tuple[bool, Any]]] | None:
        """The coroutine function of the house that answers, to be called directly; `None` for a user's function."""
        if self._own_reply is None and self._door is not None:
            self._own_reply = behind(self._door)
        return self._own_reply

    @property
    def is_foreign_async(self) -> bool:
        """Whether a user gave an async function without saying what a synchronous chat shall do with it."""
        return self.is_async and not self.ignore_async_in_sync_chat

    def is_triggered_by(self, sender: Agent | None) -> bool:
        """Tell whether a message from this sender is for this function.

        Raises:
            SenderRequired: triggered by a name, and there is no sender.
        """
        return self.trigger is ALWAYS or _matches(self.trigger, sender)

    async def answer(self, agent: Agent, messages: list[ChatMessage], sender: Agent | None) -> tuple[bool, Any]:
        """Return (whether this is final, the reply).

        Raises:
            TypeError: the function cannot be called this way, or returned something else.
        """
        if self.own_reply is not None:
            return await self.own_reply(agent, messages, sender, self.config)
        if self.is_async and self.ignore_async_in_sync_chat and in_sync_call():
            return False, None
        answer = await call(self.function, agent, messages=messages, sender=sender, config=self.config)
        if not isinstance(answer, (tuple, list)) or len(cast("list[Any]", answer)) != 2:  # noqa: PLR2004 - a pair
            raise TypeError(f"The reply function {name_of(self.function)} must return (final, reply), not {answer!r}")
        final, reply = cast("tuple[bool, Any]", answer)
        return final, reply

    def reset(self) -> None:
        """Bring the config back to what it was, by the reset function if there is one."""
        if self.reset_config is not None:
            self.reset_config(self.config)
        else:
            self.config = _own_copy(self.init_config)

    def to_dict(self) -> dict[str, Any]:
        """Return it in the classic form."""
        return {
            "trigger": [Agent, None] if self.trigger is ALWAYS else self.trigger,
            "reply_func": self.function,
            "config": self.config,
            "init_config": self.init_config,
            "reset_config": self.reset_config,
            "ignore_async_in_sync_chat": self.ignore_async_in_sync_chat,
        }


def behind(door: Any) -> Callable[..., Coroutine[Any, Any, tuple[bool, Any]]]:
    """Return the function behind a reply door; any other coroutine function is its own."""
    place = getattr(door, "leads_to", None)
    if place is None:
        return door
    module, function = place
    return getattr(import_module(f"autogen.agents.responders.{module}"), function)


class _Always:
    """The trigger that any sender fires, and none."""


ALWAYS = _Always()


def key_of(function: object) -> object:
    """Return what two names of one reply function (its twins, its bound and unbound forms) have in common."""
    function = getattr(function, "__func__", function)
    return coroutine_of(function) or function


def is_async_function(function: object) -> bool:
    """Tell whether a reply function is async; cheap for plain functions."""
    code = getattr(function, "__code__", None)
    return bool(code.co_flags & 0x80) if code is not None else is_async(function)  # 0x80: inspect.CO_COROUTINE


def name_of(function: object) -> str:
    """Return a function's name, for people."""
    return getattr(function, "__qualname__", None) or repr(function)


def place_in(responders: Iterable[Responder], position: int) -> int:
    """Return the index for a position that counts as in the classic list; one within a pair of twins comes before both."""
    index = taken = 0
    for responder in responders:
        if taken + responder.slots > position:
            break
        taken += responder.slots
        index += 1
    return index


def without(responders: Iterable[Responder], excluded: Iterable[object]) -> list[Responder]:
    """Return the responders whose function is not among the excluded."""
    keys = {key_of(function) for function in excluded}
    return [responder for responder in responders if responder.key not in keys]


def check_signature(function: Callable[..., Any]) -> None:
    """Refuse a reply function that cannot be called as one.

    Raises:
        TypeError: not callable, or with other parameters.
    """
    import inspect  # noqa: PLC0415 - slow to import

    if not callable(function):
        raise TypeError(f"A reply function must be callable, not {type(function).__name__}: {function!r}")
    try:
        signature = inspect.signature(function)
    except ValueError:
        return
    try:
        signature.bind(None, messages=[], sender=None, config=None)
    except TypeError as error:
        raise TypeError(
            f"The reply function {name_of(function)}{signature} can't be called as (recipient, messages=…, sender=…, config=…): {error}. "
            "Write it as: def reply(recipient, messages, sender, config): return final, reply"
        ) from None


def _own_copy(config: Any) -> Any:
    """Copy plain containers, so that two agents do not share them; objects stay the ones that were given."""
    return copy.copy(cast("Any", config)) if isinstance(config, (dict, list, set)) else config


def check_trigger(trigger: object) -> None:
    """Refuse what cannot be a trigger.

    Raises:
        ValueError: names the value and what is allowed.
    """
    if (
        trigger is None
        or trigger is ALWAYS
        or isinstance(trigger, (type, str, list))
        or callable(trigger)
        or hasattr(trigger, "receive")
    ):
        return
    raise ValueError(f"trigger must be a class, a string, an agent, a callable or a list. (Or None; got {trigger!r}.)")


def _matches(trigger: Any, sender: Agent | None) -> bool:
    if trigger is None:
        return sender is None
    if isinstance(trigger, str):
        if sender is None:
            raise SenderRequired
        return trigger == sender.name
    if isinstance(trigger, type):
        return sender is not None if trigger is Agent else isinstance(sender, trigger)
    if isinstance(trigger, list):
        return any(_matches(one, sender) for one in cast("list[Any]", trigger))
    if hasattr(trigger, "receive") or hasattr(trigger, "a_receive"):
        return trigger is sender
    verdict = trigger(sender)
    if not isinstance(verdict, bool):
        raise TypeError(f"The trigger {name_of(trigger)} must return True or False, not {verdict!r}")
    return verdict
