"""Runs: everything between a task and its result, told as events to observers and to a journal.

A `Scope` is the place in a run where something happens: the run itself, or one of its chats. It is found through a
context variable, so that any number of runs share a process (and its agents) without seeing one another.
"""

from __future__ import annotations

import logging
import os
import random
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol

from autogen.core.budgets.account import Budget, current_budgets
from autogen.core.limits import NO_LIMITS, Limits
from autogen.core.record.inside import place_in
from autogen.core.switch import Switch
from autogen.events import NoticeRaised, TokenStreamed
from autogen.usage import UsageLedger, UsageTotals

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.core.agent import Agent
    from autogen.core.human import Human
    from autogen.core.record.past import Past
    from autogen.events import Event

_logger = logging.getLogger("autogen")


class Observer(Protocol):
    """Whoever watches a run. It is called on the run's loop, and must return at once."""

    def on_event(self, event: Event) -> None:
        """Take notice of what happened. Whatever it raises is logged, and the run goes on."""
        ...


class Journal(Protocol):
    """Where the record of runs is kept; in memory, or on disk.

    One that takes its time has a `later(act)` as well: do something when all that was appended is safe, or return `False` if
    that is so now. Observers are told by it, so that they never see what a crash takes back.
    """

    @property
    def is_durable(self) -> bool:
        """Whether this record outlives the process."""
        ...

    def append(self, event: Event, /) -> None:
        """Add an event to the record, in order."""
        ...

    async def commit(self) -> None:
        """Return once all that was appended would survive a crash."""
        ...


class Floor(Protocol):
    """The right to speak in a running chat."""

    def offer(self, listener: Agent, speaker: Agent) -> bool:
        """Note that `listener` is asked to answer `speaker`; `False` if this chat is not delivering between the two."""
        ...


class Run:
    """One run: its identity, clock, limits, observers and record.

    Args:
        journal: where events are recorded.
        observers: who watches, in this order.
        limits: upper bounds for all that happens in the run; or a budget that it shares with others.
        human: who is asked where an agent has no human of its own.
        switch: stops, pauses and goes on with it from outside.
        clock: seconds since the epoch.
        run_id: its name in the record; a new one if not given.
        seed: of its chance and of the ids it makes; its name if not given.
        past: what it did before, if it is run again.
    """

    def __init__(
        self,
        journal: Journal,
        observers: tuple[Observer, ...] = (),
        limits: Limits | Budget = NO_LIMITS,
        human: Human | None = None,
        switch: Switch | None = None,
        clock: Callable[[], float] = time.time,
        *,
        run_id: str | None = None,
        seed: str | None = None,
        past: Past | None = None,
    ) -> None:
        self.id = run_id or new_run_id()
        self.seed = seed or self.id
        self.past = past
        self.is_recorded = journal.is_durable or past is not None
        self.journal, self.human = journal, human
        self._later: Callable[[Callable[[], None]], bool] | None = getattr(journal, "later", None)
        self.budget = limits if isinstance(limits, Budget) else Budget(limits)
        self.budgets_by_agent: dict[Agent, Budget] = {}
        self.states: dict[int, Any] = {}
        self.observers: tuple[Observer, ...] = ()
        self.now = clock
        self.began = time.monotonic()
        self.usage = UsageTotals()
        self.switch = switch or Switch()
        self.watch(*observers)
        self.is_over = False
        self._endings: list[Callable[[], Awaitable[None]]] = []
        self._last_id = 0 if past is None else past.last_id
        self._deaf: set[int] = set()

    @property
    def limits(self) -> Limits:
        """Its upper bounds."""
        return self.budget.limits

    def watch(self, *observers: Observer) -> None:
        """Add observers.

        `wants_tokens` on an observer asks for replies piece by piece; `sees_silent = False` says that it passes over silent chats.
        """
        self.observers = (*self.observers, *observers)
        eager = [observer for observer in self.observers if getattr(observer, "wants_tokens", False)]
        self._wants_tokens = bool(eager)
        self._wants_silent_tokens = any(getattr(observer, "sees_silent", True) for observer in eager)

    def ends_with(self, act: Callable[[], Awaitable[None]]) -> None:
        """Have something done at the end of this run: what was begun for its length alone."""
        self._endings.append(act)

    async def end(self) -> None:
        """Do what is to be done at the end, the last that was asked for first; a failure is logged."""
        while self._endings:
            try:
                await self._endings.pop()()
            except Exception:
                _logger.exception("Something that was to end with the run %s did not end well.", self.id)

    def wants_tokens(self, *, silent: bool) -> bool:
        """Tell whether anybody wants the pieces of a reply, in a silent chat or in one that is shown."""
        return self._wants_silent_tokens if silent else self._wants_tokens

    def next_id(self) -> int:
        """Return the next number of this run; steps, chats and turns share the count."""
        self._last_id += 1
        return self._last_id

    @cached_property
    def random(self) -> random.Random:
        """Chance, the same each time that this run is run again."""
        return random.Random(self.seed)  # noqa: S311 - nothing secret hangs on it

    def elapsed_s(self) -> float:
        """Seconds since the run began, by a clock that never jumps."""
        return time.monotonic() - self.began

    def emit(self, event: Event) -> None:
        """Record an event and tell the observers; not again, where it is recorded already."""
        past = self.past
        if past is not None and past.covers(event) and not past.is_replay:
            return
        self.journal.append(event)
        self.tell(event)

    def tell(self, event: Event) -> None:
        """Tell the observers of what is recorded already, or not worth recording; once what came before it is safe."""
        if self._later is None or not self.observers or not self._later(partial(self._tell_all, event)):
            self._tell_all(event)

    def _tell_all(self, event: Event) -> None:
        for observer in self.observers:
            self._tell(observer, event)

    def _tell(self, observer: Observer, event: Event) -> None:
        try:
            observer.on_event(event)
        except Exception:
            if id(observer) not in self._deaf:  # a broken viewer is reported once, not once per token
                self._deaf.add(id(observer))
                _logger.exception("An observer (%r) failed on %s; the run goes on.", observer, type(event).__name__)


def new_run_id() -> str:
    """Return a name for a run that nobody has named."""
    return os.urandom(8).hex()


class Scope:
    """A place in a run: the run itself or a chat in it.

    Attributes:
        id: number of the chat within the run; 0 for the run.
        place: number of the chat or step in which it was begun.
        digested: what each agent of this chat has asked its model, as far as it was looked at for the record.
        ledger: usage of this chat, and of those inside it that have ended.
        threads: the memories that agents have of conversations held here, by (agent, peer).
        own: those of `threads` that belong to this chat itself.
        human_input: what humans said here, by the agent they spoke for.
        floor: the right to speak, while a chat is going on.
        turns: messages said here, and in the groups that speak here.
        is_retelling: a message that was said already is being passed on; there is nothing to tell observers.
        cache: where model replies are looked up in this chat, or `None`.
    """

    __slots__ = (
        "cache",
        "depth",
        "digested",
        "floor",
        "human_input",
        "id",
        "is_retelling",
        "ledger",
        "numbers",
        "own",
        "parent",
        "place",
        "run",
        "silent",
        "threads",
        "turns",
    )

    def __init__(
        self,
        run: Run,
        parent: Scope | None = None,
        *,
        silent: bool = False,
        cache: object | None = None,
        members: tuple[str, ...] = (),
    ) -> None:
        self.run, self.parent, self.silent = run, parent, silent
        self.place = 0 if parent is None else place_in(parent.id) if run.is_recorded else parent.id
        recorded = None if run.past is None else run.past.chat_id(self.place, members)
        self.id = 0 if parent is None else run.next_id() if recorded is None else recorded
        self.digested: dict[str, Any] = {}
        self.numbers = 0
        self.depth = -1 if parent is None else parent.depth + 1
        self.cache = cache if cache is not None or parent is None else parent.cache
        self.ledger = UsageLedger()
        self.turns = 0
        self.is_retelling = False
        self.threads: dict[tuple[Agent, Agent | None], Any] = {}
        self.own: set[tuple[Agent, Agent | None]] = set()
        self.human_input: dict[Agent, list[str]] = {}
        self.floor: Floor | None = None

    def emit(
        self, kind: Callable[..., Event], source: str, *values: Any, step_id: int = 0, parent_id: int | None = None
    ) -> None:
        """Record an event of this kind that happens here; `values` are its own fields, in order."""
        run = self.run
        event = kind(source, run.id, step_id, self.id if parent_id is None else parent_id, run.now(), *values)
        if run.past is not None:  # it may be recorded already
            run.emit(event)
            return
        run.journal.append(event)
        if run.observers:
            run.tell(event)

    def stream(self, source: str, step_id: int, text: str, kind: str) -> None:
        """Pass on a piece of a model's reply."""
        run = self.run
        run.tell(TokenStreamed(source, run.id, step_id, self.id, run.now(), text, kind, self.silent))  # type: ignore[arg-type]

    def next_number(self) -> int:
        """Return the next number of this chat, for ids that are the same when the run is run again."""
        self.numbers += 1
        return self.numbers

    def notice(self, text: str, source: str = "", level: str = "warning") -> None:
        """Tell the user something."""
        self.emit(NoticeRaised, source, level, text)

    def check_turns(self) -> None:
        """Stop before a message that would go beyond a limit of turns.

        Raises:
            LimitReached: the limit is reached.
        """
        for budget in current_budgets():
            budget.check_turns()

    def count_turn(self) -> None:
        """Count a message that was said here."""
        self.turns += 1
        for budget in current_budgets():
            budget.turns += 1

    def thread_of(self, agent: Agent, peer: Agent | None) -> Any:
        """Return the memory that `agent` has of its conversation with `peer`, here or further out; `None` if it has none."""
        scope: Scope | None = self
        key = (agent, peer)
        while scope is not None:
            thread = scope.threads.get(key)
            if thread is not None:
                return thread
            scope = scope.parent
        return None
