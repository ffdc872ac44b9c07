"""State that steps change, in this process: saved with the outcome of a step, and brought back where that is recalled.

A step that is answered from the record is not done again, so what it changed here would not be changed.
"""

from __future__ import annotations

import asyncio
import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol, cast

from autogen.core.sync import call
from autogen.errors import NotStorable

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from autogen.core.run import Run

_SIZE = 4
_PATIENCE = 8


class Stateful(Protocol):
    """Something with a state of its own; both methods may be async."""

    def save_state(self) -> Any | Awaitable[Any]:
        """Return all of it as JSON values: text, numbers, true, false, none, lists, and dicts with text keys."""
        ...

    def load_state(self, state: Any, /) -> Awaitable[None] | None:
        """Become again what was saved."""
        ...


State = Stateful | dict[str, Any] | list[Any]


def check_state(state: Any, whose: str) -> None:
    """Refuse what cannot be saved and brought back.

    Raises:
        TypeError: it is no dict, no list, and has not both methods.
    """
    if isinstance(state, (dict, list)) or (hasattr(state, "save_state") and hasattr(state, "load_state")):
        return
    raise TypeError(
        f"The state of {whose} is a dict, a list, or an object with save_state() and load_state(state), not {state!r:.100}."
    )


class Kept:
    """A state in one run.

    Args:
        state: what is kept.
        whose: for messages.
        run: where.
    """

    def __init__(self, state: State, whose: str, run: Run) -> None:
        self._state, self._whose, self._run = state, whose, run
        self._text: str | None = None
        self._changes = 0
        self._is_live = False

    async def digest(self) -> str:
        """Return a digest of it as it is now.

        Raises:
            NotStorable: it is not JSON.
        """
        return blake2b((await self._saved()).encode("utf-8", "backslashreplace"), digest_size=_SIZE).hexdigest()

    async def wait(self) -> None:
        """Before it is changed for the first time since the run was resumed, let others bring back what they did to it."""
        if self._run.past is not None and not self._is_live:
            for _ in range(_PATIENCE):
                await asyncio.sleep(0)
        self._is_live = True

    async def changed(self) -> dict[str, Any]:
        """Return what is to be recorded with an outcome: the state, if it is another one than was recorded last.

        Raises:
            NotStorable: it is not JSON.
        """
        text = await self._saved()
        if text == self._text:
            return {}
        self._text = text
        return self.numbered({"state": json.loads(text)})

    def numbered(self, details: dict[str, Any]) -> dict[str, Any]:
        """Return what was recorded as the newest change."""
        if "state" not in details:
            return details
        self._changes += 1
        return {**details, "change": self._changes}

    async def restore(self, details: dict[str, Any]) -> None:
        """Bring back what was recorded with an outcome, unless a later one was brought back already."""
        if "state" not in details or details["change"] < self._changes:
            return
        state, saved = self._state, details["state"]
        self._changes, self._text = details["change"], _text(saved)
        if isinstance(state, dict):
            state.clear()
            state.update(json.loads(self._text))
        elif isinstance(state, list):
            state[:] = json.loads(self._text)
        else:
            await call(state.load_state, json.loads(self._text))

    async def _saved(self) -> str:
        state = self._state
        value = state if isinstance(state, (dict, list)) else await call(cast("Any", state).save_state)
        try:
            text = _text(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise NotStorable(f"The state of {self._whose} cannot be recorded: {error}. {_CURE}") from error
        if json.loads(text) != value:
            raise NotStorable(f"The state of {self._whose} would come back as something else: {value!r:.200}. {_CURE}")
        return text


_CURE = "It holds JSON values only: text, numbers, true, false, none, lists, and dicts with text keys."


def kept_in(run: Run, state: State, whose: str) -> Kept:
    """Return how a state is kept in a run."""
    kept = run.states.get(id(state))
    if kept is None:
        kept = run.states[id(state)] = Kept(state, whose, run)
    return kept


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":"))
