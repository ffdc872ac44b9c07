"""Opening runs and chats: what is set for them, and the scope in which they happen."""

from __future__ import annotations

import time
from contextlib import aclosing, asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from autogen.chats.recording import UNNAMED, recording_of
from autogen.core.budgets.account import Budget, charged
from autogen.core.limits import NO_LIMITS, Limits, check
from autogen.core.place import current_scope, entered
from autogen.core.run import Run, Scope, new_run_id
from autogen.core.runtime_log.session import current_log
from autogen.events import ChatEnded, ChatStarted, RunEnded, RunStarted
from autogen.observers.console import ConsoleObserver
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Sequence

    from autogen.chats.recording import Recording, RecordingOptions
    from autogen.chats.termination import StopCondition
    from autogen.core.human import Human
    from autogen.core.run import Journal, Observer
    from autogen.core.switch import Switch


class RunSettings(TypedDict, total=False):
    """What may be set for the runs that begin inside `run_settings`.

    `observers` replaces the console; `human` answers for agents that have no human of their own; `switch` stops,
    pauses and goes on with the runs; `stop` says when their outermost chats end (see `chats.termination`).
    """

    observers: Sequence[Observer]
    limits: Limits | Budget
    journal: Journal
    human: Human
    switch: Switch
    stop: StopCondition
    recording: Recording


_settings: ContextVar[RunSettings] = ContextVar("autogen_run_settings", default=RunSettings())  # noqa: B039 - never changed


@contextmanager
def run_settings(
    *,
    observers: Sequence[Observer] | None = None,
    limits: Limits | Budget | None = None,
    journal: Journal | str | Path | None = None,
    human: Human | None = None,
    switch: Switch | None = None,
    stop: StopCondition | None = None,
    **named: Unpack[RecordingOptions],
) -> Generator[None]:
    """Set who watches, what is allowed, where it is recorded and who answers, for runs that begin in this block.

    What is not given stays as it was. Chats nested in a running one belong to its run and are not touched.

    Args:
        journal: where runs are recorded; the path of a file, or a URL of PostgreSQL, keeps them for good.
        named: `run_id` names the first run of the block, and those after it `run_id.2`, `run_id.3`, …; `resume=True` goes
            on with what is recorded under these names; `in_doubt` says what becomes of a step that was begun before an
            interruption, must not happen twice, and has no known outcome: "stop" (an error), "ask" (the human), "skip"
            (with a note to the model) or "again".

    Raises:
        JournalUnusable: the file cannot be used.
    """
    if named.get("run_id") and named.get("run_id") == _settings.get().get("recording", UNNAMED).instead_of:
        journal, named = None, {}  # the program is done again, under the name that was given for that
    if isinstance(journal, (str, Path)):
        from autogen.stores.sharing import journal_at  # noqa: PLC0415 - SQLite is loaded where a file is named

        with journal_at(journal) as opened, run_settings(
            observers=observers, limits=limits, journal=opened, human=human, switch=switch, stop=stop, **named
        ):  # fmt: skip
            yield
        return
    given = {
        "observers": observers,
        "limits": limits,
        "journal": journal,
        "human": human,
        "switch": switch,
        "stop": stop,
        "recording": recording_of(named) if named else None,
    }
    token = _settings.set({**_settings.get(), **{k: v for k, v in given.items() if v is not None}})  # type: ignore[typeddict-item]
    try:
        yield
    finally:
        _settings.reset(token)


@contextmanager
def set_recording(recording: Recording) -> Generator[None]:
    """Set how the runs that begin in this block are recorded."""
    token = _settings.set({**_settings.get(), "recording": recording})
    try:
        yield
    finally:
        _settings.reset(token)


@asynccontextmanager
async def run_scope(*, silent: bool) -> AsyncGenerator[Scope]:
    """Enter the current run, or begin one; `silent` begins it without the console."""
    scope = current_scope()
    if scope is not None:
        if not silent:
            _show(scope.run)
        yield scope
        return
    settings = _settings.get()
    opened = await settings.get("recording", UNNAMED).open(settings.get("journal"), new_run_id())
    run = Run(
        opened.journal,
        tuple(settings.get("observers", ())),
        settings.get("limits", NO_LIMITS),
        settings.get("human"),
        settings.get("switch"),
        run_id=opened.run_id,
        seed=opened.seed,
        past=opened.past,
    )
    if not silent:
        _show(run)
    log = current_log()
    if log is not None:
        run.watch(log)
    root = Scope(run, silent=silent)
    reason, error = StopReason("answered"), None
    async with aclosing(opened):
        root.emit(RunStarted, "")
        opened.tell(run)
        try:
            with entered(root), charged(run.budget) if run.limits.is_bounded else nullcontext():
                yield root
        except BaseException as failure:
            reason, error = _reason_of(failure), f"{type(failure).__name__}: {failure}"
            raise
        finally:
            await run.end()
            root.emit(RunEnded, "", reason, error)
            run.is_over = True
            await run.journal.commit()
        opened.check_is_done()


def outermost_stop(scope: Scope) -> StopCondition | None:
    """Return the condition that was set for the outermost chat of a run, if this is it."""
    return _settings.get().get("stop") if scope.depth == 0 else None


def _show(run: Run) -> None:
    """Add the console to a run whose observers nobody chose."""
    if any(observer is not current_log() for observer in run.observers) or "observers" in _settings.get():
        return
    run.watch(ConsoleObserver())


def _reason_of(failure: BaseException) -> StopReason:
    if isinstance(failure, Exception):
        return StopReason("failed", detail=f"{type(failure).__name__}: {failure}")
    return StopReason("cancelled", detail="interrupted from outside")


class ChatScope:
    """The scope of one chat; told of its end by `end`, and of a failure by leaving it with an exception."""

    def __init__(self, members: tuple[str, ...], *, silent: bool, cache: object | None = None) -> None:
        parent = current_scope()
        assert parent is not None, "a chat needs a run"
        check("depth", parent.depth + 1, parent.run.limits.depth)
        self.scope = Scope(parent.run, parent, silent=silent, cache=cache, members=members)
        self.began = time.perf_counter()
        self._members = members
        self._entered: Any = None

    def __enter__(self) -> Scope:
        scope = self.scope
        scope.emit(ChatStarted, "", self._members, scope.depth, scope.silent, step_id=scope.id, parent_id=scope.place)
        self._entered = entered(scope)
        self._entered.__enter__()
        return scope

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._entered.__exit__(None, None, None)
        if error is not None:
            self.end(_reason_of(error))
        parent = self.scope.parent
        assert parent is not None
        parent.ledger.merge(self.scope.ledger)
        for pair, thread in self.scope.threads.items():
            if pair not in parent.own:
                parent.threads[pair] = thread

    def end(self, reason: StopReason) -> None:
        """Record how it ended, what was said and what it cost."""
        scope = self.scope
        used = scope.ledger.total()
        facts = (
            scope.depth,
            scope.silent,
            used.total_tokens,
            used.cost_usd,
            used.unknown_cost + used.unknown_usage,
            used.calls,
        )
        facts = (*facts, time.perf_counter() - self.began)
        scope.emit(ChatEnded, "", reason, scope.turns, *facts, step_id=scope.id, parent_id=scope.place)
