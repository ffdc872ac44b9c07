"""The record of a run that is done again with something changed: which of its steps still hold, and why others do not.

A step holds if all that goes into it is the same: who does it, what is called, with what, and how it is done. Where in
the run that was does not matter, nor in which order.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.core.record.recorded import Recorded, asked, canonical
from autogen.events import ChatStarted, MessageSent, StepEnded, StepStarted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.events import Event

_PARTS_OF_MODEL_STEP = ("system message of {source}", "tools of {source}", "options of the call")


class Found(NamedTuple):
    """What there is of a step: the one that it is, or has taken the place of; and why that one does not hold, if so."""

    before: Recorded | None
    why: str = ""


class Wanted(NamedTuple):
    """A step that is about to be taken.

    Args:
        kind, source, name, given: as in `StepStarted`, where `given` is the input.
        parent: the chat or step that it is part of.
        chat: the chat in which it happens.
        is_once: it must not happen twice.
    """

    kind: str
    source: str
    name: str
    given: Mapping[str, Any]
    parent: int
    chat: int
    is_once: bool


class Earlier:
    """A run that is done again as another one.

    Args:
        events: its record, oldest first; empty if it did nothing of the kind.

    Attributes:
        last_id: the highest number in it; numbers of steps and chats that are the same are kept.
        held: the numbers of the steps that were answered from it.
        entered: those that were gone through again, since what happened inside them is recorded by itself.
        why: why the others were not, by their numbers.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        self.last_id = max((event.step_id for event in events), default=0)
        self.held: set[int] = set()
        self.entered: set[int] = set()
        self.why: dict[int, str] = {}
        self._same: dict[tuple[str, ...], list[Recorded]] = defaultdict(list)
        self._open: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
        self._chats: dict[int, deque[tuple[int, tuple[str, ...]]]] = defaultdict(deque)
        self._said: dict[int, list[tuple[int, MessageSent]]] = defaultdict(list)
        self._heard: dict[int, int] = defaultdict(int)
        self._parted: dict[int, str] = {}
        self._ran_anew: set[str] = set()
        self._numbers: set[int] = set()
        self._holders = {event.parent_id for event in events if isinstance(event, (StepStarted, ChatStarted))}
        self._read(events)

    def leave_out(self, done: Sequence[Recorded]) -> None:
        """Pass over what this run has done already, before it was interrupted."""
        before = {each.id: each for kept in self._same.values() for each in kept}
        for each in done:
            known = before.get(each.id)
            if known is not None:
                self._use(known)
            if each.started.kind == "code" and not (known is not None and _is_same_outcome(known, each)):
                self._ran_anew.add(each.started.source)
            self._numbers.add(each.id)

    def chat_id(self, parent: int, members: tuple[str, ...], number: int | None) -> int | None:
        """Return the number of a chat: the one it has in this run, or had; of two, that of the chat with these members."""
        if not members:
            return number  # the run itself
        chats = self._chats[parent]
        found = next((chat for chat in chats if chat[0] == number), None)
        if number is None and chats:
            found = next((chat for chat in chats if chat[1] == members), chats[0])
        if found is not None:
            chats.remove(found)
        return number if number is not None else None if found is None else found[0]

    def hear(self, said: MessageSent) -> None:
        """Take notice of a message; from the first that is another one, the chat goes its own way."""
        chat = said.parent_id
        if chat in self._parted:
            return
        place, before = self._heard[chat], self._said[chat]
        self._heard[chat] += 1
        if place >= len(before):
            self._parted[chat] = f"{said.source} says more than before"
            return
        number, known = before[place]
        if known.source != said.source or canonical(known.message) != canonical(said.message):
            self._parted[chat] = f"message {number} ({known.source}) differs"

    def find(self, wanted: Wanted) -> Found:
        """Return what there is of a step; it is used up by that."""
        key = (wanted.kind, wanted.source)
        same = self._same[*key, wanted.name, _words(wanted.kind, wanted.given)]
        known = _nearest(same, wanted.parent)
        if known is not None and wanted.name == "human" and not self._is_same_situation(wanted, known):
            known = None
        if known is None:
            instead = _nearest(self._open[key], wanted.parent)
            found = Found(instead, self._difference(wanted, instead))
        else:
            same.remove(known)
            found = Found(known, self._why_not(wanted, known))
        if found.before is not None and found.before in self._open[key]:
            self._open[key].remove(found.before)
        if wanted.kind == "code" and found.why:
            self._ran_anew.add(wanted.source)
        return found

    def number(self, found: Found, new: int) -> int:
        """Return the number of a step: the one it had, unless another has that already, or `new`."""
        number = new if found.before is None or found.before.id in self._numbers else found.before.id
        self._numbers.add(number)
        return number

    def has_inside(self, known: Recorded) -> bool:
        """Tell whether steps or chats inside of a step are recorded by themselves."""
        return known.id in self._holders

    def _is_same_situation(self, wanted: Wanted, known: Recorded) -> bool:
        """Tell whether a human is asked in the same place, and after the same was said."""
        return known.started.parent_id == wanted.parent and wanted.chat not in self._parted

    def _why_not(self, wanted: Wanted, known: Recorded) -> str:
        if wanted.kind == "code" and wanted.source in self._ran_anew:
            return "code that ran before it was run anew"
        if wanted.is_once or (known.ended is not None and known.ended.error is None):
            return ""
        return "it failed" if known.ended is not None else "it had no outcome"

    def _difference(self, wanted: Wanted, instead: Recorded | None) -> str:
        """Return the first thing that goes into a step and is not as it was."""
        if instead is None:
            return "new step"
        told = told_difference(instead, wanted)
        shown = f"what {wanted.source} is shown differs"
        return told or self._parted.get(wanted.chat) or next(iter(self._parted.values()), shown)

    def _use(self, known: Recorded) -> None:
        started = known.started
        self._same[started.kind, started.source, started.name, _words(started.kind, started.input)].remove(known)
        self._open[started.kind, started.source].remove(known)

    def _read(self, events: Sequence[Event]) -> None:
        by_id: dict[int, Recorded] = {}
        said = 0
        for place, event in enumerate(events):
            if isinstance(event, StepStarted) and event.step_id not in by_id:
                known = by_id[event.step_id] = Recorded(event, place)
                self._same[event.kind, event.source, event.name, _words(event.kind, event.input)].append(known)
                self._open[event.kind, event.source].append(known)
            elif isinstance(event, StepStarted):
                by_id[event.step_id].ended = None
            elif isinstance(event, StepEnded) and event.step_id in by_id:
                by_id[event.step_id].ended = event
            elif isinstance(event, ChatStarted):
                self._chats[event.parent_id].append((event.step_id, tuple(event.members)))
            elif isinstance(event, MessageSent):
                said += 1
                self._said[event.parent_id].append((said, event))


def _nearest(steps: Sequence[Recorded], parent: int) -> Recorded | None:
    """Return the first of these steps in this place, or else anywhere."""
    here = next((each for each in steps if each.started.parent_id == parent), None)
    return here or next(iter(steps), None)


def _words(kind: str, given: Mapping[str, Any]) -> str:
    """Return all that goes into a step, as text; the id of a call is only a name for it."""
    how = str(given.get("how", ""))
    if kind == "model":
        return f"{asked(given)} {_parts(how)[-1]}"
    if kind == "tool":
        return canonical([given.get("arguments"), how])
    return asked(given)


def _parts(how: str) -> list[str]:
    return how.split(".")


def told_difference(known: Recorded, wanted: Wanted) -> str:
    """Return what of a step itself is another one than is recorded; empty if it is the conversation before it."""
    name, before = known.started.name, known.started.input
    if name != wanted.name:
        return f"{wanted.kind} of {wanted.source} is {wanted.name}, and was {name}"
    old, new = (_parts(str(each.get("how", ""))) for each in (before, wanted.given))
    if wanted.kind == "model":
        if old[-1] != new[-1]:
            return f"parameters of {wanted.source}'s model changed"
        pairs = zip(_PARTS_OF_MODEL_STEP, old, new, strict=False)
        return next(
            (f"{part.format(source=wanted.source)} changed" for part, left, right in pairs if left != right), ""
        )
    if wanted.kind == "tool" and canonical(before.get("arguments")) == canonical(wanted.given.get("arguments")):
        return f"{name} was edited" if old[0] != new[0] else f"state of {name} differs"
    if asked(before) == asked(wanted.given):
        return ""
    return {"tool": f"arguments of {name} differ", "code": "code differs"}.get(wanted.kind, "question differs")


def _is_same_outcome(known: Recorded, done: Recorded) -> bool:
    if known.ended is None or done.ended is None or asked(known.started.input) != asked(done.started.input):
        return False
    return canonical(known.ended.output) == canonical(done.ended.output)
