"""Seeing what happened, and calling either twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from autogen.core.sync import coroutine_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.events import Event


class RecordingObserver:
    """Keeps the events of a run.

    Args:
        tokens: have replies streamed, and keep their pieces as well.

    Attributes:
        events: oldest first.
    """

    def __init__(self, *, tokens: bool = False) -> None:
        self.wants_tokens = tokens
        self.events: list[Event] = []

    def on_event(self, event: Event) -> None:
        """Keep it."""
        self.events.append(event)

    def of(self, *kinds: type[Event]) -> list[Any]:
        """Return the events of these types, oldest first."""
        return [event for event in self.events if isinstance(event, kinds)]


def drive(api: Literal["sync", "async"] | str, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: PYI051 - says what is meant
    """Call a method's synchronous form, or its async twin on a loop of its own, and return what it returns.

    For one test of both: `@pytest.mark.parametrize("api", ["sync", "async"])`.

    Args:
        api: which of the two.
        method: the synchronous one, bound to its object: `agent.initiate_chat`.
        args: its positional arguments.
        kwargs: its keyword arguments.
    """
    if api == "sync":
        return method(*args, **kwargs)
    if api != "async":
        raise ValueError(f"api={api!r}: it is 'sync' or 'async'.")
    import asyncio  # noqa: PLC0415 - not needed for the synchronous form

    return asyncio.run(_twin(method)(*args, **kwargs))


def _twin(method: Callable[..., Any]) -> Callable[..., Any]:
    owner = getattr(method, "__self__", None)
    twin = getattr(owner, f"a_{method.__name__}", None)
    if twin is not None:
        return twin
    coroutine = coroutine_of(method)
    if coroutine is None or owner is None:
        raise TypeError(f"{method!r} has no async twin.")
    return coroutine.__get__(owner)
