"""Who may be in a tool: the calls of one run at a time, where nobody has said that more may be."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from autogen.core.place import current_scope
from autogen.core.turns import Turn, Turns

if TYPE_CHECKING:
    from contextvars import Token

    from autogen.core.run import Run, Scope

_is_inside: ContextVar[bool] = ContextVar("autogen_inside_a_tool", default=False)
_gates: WeakKeyDictionary[Any, dict[str, Gate]] = WeakKeyDictionary()
_lock = threading.Lock()


class Gate:
    """Lets in any number of calls of one run; those of other runs come in turn, when it is empty.

    Whoever is in a tool waits for no other one, so that two of them never wait for each other.
    """

    __slots__ = ("_count", "_run", "_turns")

    def __init__(self) -> None:
        self._run: Run | None = None
        self._count = 0
        self._turns = Turns()

    async def enter(self, name: str) -> Token[bool] | None:
        """Wait for room, and return what is to be handed to `leave`; `None` where there is nobody to wait for.

        Args:
            name: of the tool, for the notice that tells of a wait.
        """
        scope = current_scope()
        if scope is None or _is_inside.get():
            return None
        with _lock:
            turn = None if self._lets_in(scope.run) else Turn()
            if turn is not None:
                self._turns.join(turn)
        if turn is not None:
            await self._wait(turn, scope, name)
        return _is_inside.set(True)

    def leave(self, token: Token[bool]) -> None:
        """Note the end of a call."""
        _is_inside.reset(token)
        with _lock:
            self._count -= 1
            if self._count == 0:
                self._run = None
                self._turns.call_first()

    async def _wait(self, turn: Turn, scope: Scope, name: str) -> None:
        text = f"The tool {name!r} is in use by another conversation, so this call waits. "
        cure = "If it may be called from several at once, say so: tool(f, max_at_once=None)."
        scope.notice(text + cure, level="info")
        try:
            while not self._takes_in(turn, scope.run):
                await turn.wait(None)
        except BaseException:
            with _lock:
                self._turns.leave(turn)
            raise

    def _takes_in(self, turn: Turn, run: Run) -> bool:
        with _lock:
            if not (self._turns.is_first(turn) and self._lets_in(run, is_first=True)):
                return False
            self._turns.leave(turn)  # the next may be of the same run
            return True

    def _lets_in(self, run: Run, *, is_first: bool = False) -> bool:
        if (self._turns and not is_first) or (self._count and self._run is not run):
            return False
        self._run, self._count = run, self._count + 1
        return True


def gate_of(function: Any, otherwise: object) -> Gate:
    """Return the gate of a function, the same for all tools that are made of it.

    Args:
        function: a method of an object has a gate of its own for each object.
        otherwise: whose gate it is where the function cannot be looked up.
    """
    owner, name = getattr(function, "__self__", function), getattr(function, "__name__", "")
    with _lock:
        try:
            gates = _gates.setdefault(owner, {})
        except TypeError:
            gates = _gates.setdefault(otherwise, {})
        return gates.setdefault(name, Gate())
