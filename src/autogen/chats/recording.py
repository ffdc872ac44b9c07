"""How the runs of a block are recorded: in which journal, under which names, and whether they are gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypedDict, get_args, runtime_checkable

from autogen.core.record.past import Doubt, Past
from autogen.stores.memory import MemoryJournal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.core.record.earlier import Earlier
    from autogen.core.run import Journal, Run
    from autogen.events import Event


class Begun(Protocol):
    """A run that was taken hold of."""

    @property
    def events(self) -> Sequence[Event]:
        """What is recorded of it."""
        ...

    @property
    def seed(self) -> str:
        """Of its chance, and of the ids it makes."""
        ...

    @property
    def journal(self) -> Journal:
        """Where it goes on being recorded."""
        ...


@runtime_checkable
class Store(Protocol):
    """A journal that holds many runs, each written by one process at a time."""

    async def a_begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of a run."""
        ...

    async def a_end(self, run_id: str) -> None:
        """Let go of a run."""
        ...


class Names:
    """The names of the runs that begin in a block: the one given, and for those after it, with a number."""

    def __init__(self, first: str) -> None:
        if not first:
            raise ValueError("run_id is empty: give the run a name, or leave it out.")
        self._first, self._count = first, 0

    def next(self) -> str:
        """Return the name of the next run."""
        self._count += 1
        return self._first if self._count == 1 else f"{self._first}.{self._count}"


@dataclass(frozen=True, slots=True)
class Recording:
    """What was set for the runs of a block.

    Args:
        names: of its runs; `None` for a new one each time.
        resume: go on with what is recorded.
        in_doubt: what becomes of steps that were begun and whose outcome is not known.
        replayed: the store whose runs are done again, without anything going on live; `None` for a run of its own.
        origin: JSON, for whoever began it.
        instead_of: the name of a run that this is done in place of, where the program itself names its run.
        done_again: gives, for the name of each run, the other run that it does again with something changed.
    """

    names: Names | None = None
    resume: bool = False
    in_doubt: Doubt = "stop"
    replayed: Replayable | None = None
    origin: str | None = None
    instead_of: str | None = None
    done_again: Callable[[str], Earlier] | None = None

    async def open(self, journal: Journal | Store | None, new_id: str) -> Opened:
        """Return how the next run is recorded.

        Raises:
            JournalError: it cannot be.
            TypeError: it is to be gone on with, and this journal holds no runs.
        """
        run_id = new_id if self.names is None else self.names.next()
        if self.replayed is not None:
            events, seed = await self.replayed.a_read(run_id)
            return Opened(run_id, MemoryJournal(), Past(events, is_replay=True), seed)
        if journal is None or not isinstance(journal, Store):
            if self.resume:
                raise TypeError(
                    "resume=True needs a journal that holds runs: journal='chat.db', say, "
                    f"and not {'none' if journal is None else type(journal).__name__}."
                )
            return Opened(run_id, MemoryJournal() if journal is None else journal, None, run_id)
        earlier = None if self.done_again is None else self.done_again(run_id)
        begun = await journal.a_begin(run_id, resume=self.resume, origin=self.origin)
        past = Past(begun.events, in_doubt=self.in_doubt, earlier=earlier) if begun.events or earlier else None
        return Opened(run_id, begun.journal, past, begun.seed, journal)


class Replayable(Protocol):
    """A store whose records can be read."""

    async def a_read(self, run_id: str) -> tuple[Sequence[Event], str]:
        """Return the record of a run, and the seed of its chance."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """How one run is recorded; `store` is where it is held, if it is."""

    run_id: str
    journal: Journal
    past: Past | None
    seed: str
    store: Store | None = None

    def tell(self, run: Run) -> None:
        """Tell the observers of a run that it goes on."""
        if self.past is not None and self.past.resumed is not None:
            run.tell(self.past.resumed)

    async def aclose(self) -> None:
        """Let go of the run."""
        if self.store is not None:
            await self.store.a_end(self.run_id)

    def check_is_done(self) -> None:
        """See that a replay has used its whole record.

        Raises:
            RecordDiffers: it has not.
        """
        if self.past is not None and self.past.is_replay:
            self.past.check_is_used_up()


class RecordingOptions(TypedDict, total=False):
    """What may be said of how runs are recorded; see `run_settings`."""

    run_id: str
    resume: bool
    in_doubt: Doubt
    origin: str


def recording_of(options: RecordingOptions) -> Recording:
    """Return what was said of how runs are recorded, checked."""
    in_doubt = options.get("in_doubt", "stop")
    if in_doubt not in get_args(Doubt):
        raise ValueError(f"in_doubt={in_doubt!r}: it is one of {', '.join(get_args(Doubt))}.")
    run_id = options.get("run_id")
    if options.get("resume") and not run_id:
        raise ValueError("resume=True needs a run_id: the name of the run to go on with.")
    names = None if run_id is None else Names(run_id)
    return Recording(names, options.get("resume", False), in_doubt, origin=options.get("origin"))


UNNAMED = Recording()
