"""Twins: methods that exist as `name` and `a_name`, of which a subclass overrides either."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar

from autogen.core.sync import call, coroutine_of, sync_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping


class Twins:
    """Keeps both twins alike: where a subclass (or an instance) replaces one, the other follows.

    Attributes:
        own_parts: attributes that hold parts of the class itself, with what they are; a subclass or a user that gives
            the name to something else is told so.
    """

    _twin_names: ClassVar[frozenset[str]] = frozenset()
    own_parts: ClassVar[Mapping[str, type]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in cls.own_parts.keys() & vars(cls).keys():
            raise TypeError(_taken(cls, name))
        own = {name for name, value in vars(cls).items() if getattr(coroutine_of(value), "__name__", "") == f"a_{name}"}
        cls._twin_names = cls._twin_names | own
        for name in cls._twin_names:
            _align(cls, name)

    def __setattr__(self, name: str, value: Any) -> None:
        part = self.own_parts.get(name)
        if part is not None and not isinstance(value, part):
            raise TypeError(_taken(type(self), name))
        if name in self._twin_names:
            object.__setattr__(self, f"a_{name}", _awaiting(value))
        elif name.startswith("a_") and name[2:] in self._twin_names:
            object.__setattr__(self, name[2:], _waiting(value))
        object.__setattr__(self, name, value)


def _taken(cls: type[Twins], name: str) -> str:
    what = f"the {cls.own_parts[name].__name__} that an agent works with"
    return f"{cls.__name__}.{name} is {what}. Give yours another name, such as 'own_{name}'."


def _align(cls: type, name: str) -> None:
    """Give `cls` the twin of the override that stands nearest in its line of inheritance."""
    sync_at, async_at = _place(cls, name), _place(cls, f"a_{name}")
    if sync_at < async_at:
        setattr(cls, f"a_{name}", _awaiting(vars(cls.__mro__[sync_at])[name]))
    elif async_at < sync_at:
        setattr(cls, name, sync_of(vars(cls.__mro__[async_at])[f"a_{name}"]))


def _place(cls: type, name: str) -> int:
    return next(index for index, base in enumerate(cls.__mro__) if name in vars(base))


def _awaiting(function: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return the async twin of a user's function: it is called where the user's functions run."""

    @wraps(function)
    async def twin(*args: Any, **kwargs: Any) -> Any:
        return await call(function, *args, **kwargs)

    return twin


def _waiting(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    """Return the sync twin of a bound coroutine function."""

    async def awaiting(_: None, /, *args: Any, **kwargs: Any) -> Any:
        return await function(*args, **kwargs)

    waiting = sync_of(awaiting)
    return lambda *args, **kwargs: waiting(None, *args, **kwargs)
