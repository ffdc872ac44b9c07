"""Events as rows of a table, and back: JSON values only, each text stored once.

A row is (type, source, step, parent, time, text, same_as, facts). `text` is what was said or came back, `same_as` the
position of an earlier row of the same run that holds this very text, `facts` everything else that is not a default.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from autogen import events
from autogen.errors import NotStorable
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from autogen.events import Event

_SHORT_CHARS = 16  # a reference costs as much
_REMEMBERED = 512
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_OF_ALL = frozenset({"v", "type", "source", "run_id", "step_id", "parent_id", "time"})

_as_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_as_ascii = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


class Row(NamedTuple):
    """A row as it stands in the table, without the run."""

    position: int
    type: str
    source: str
    step: int
    parent: int
    time: float
    text: str | None
    same_as: int | None
    facts: str | None


class Writer:
    """Turns the events of one run into rows; remembers where the last texts stand.

    Args:
        position: of the last row there is.
    """

    def __init__(self, position: int = 0) -> None:
        self.position = position
        self._places: dict[str, int] = {}
        self._replies: dict[str, tuple[int, Any]] = {}
        self._sources: set[str] = set()

    def row(self, event: Event) -> Row:
        """Return the next row.

        Raises:
            NotStorable: the event holds something that is not JSON.
        """
        if event.source not in self._sources:
            self._sources.add(_checked(event.source))
        position = self.position + 1
        kind = type(event).__name__
        text, facts = self._reply_again(event) or (_PARTS.get(kind) or _other)(event)
        same_as: int | None = None
        if text is not None:
            if len(text) > _SHORT_CHARS:
                same_as = self._place(text, position)
            if "answers" in facts:
                facts["answers"] = [each if each is None else self._refer(each) for each in facts["answers"]]
            if same_as is not None:
                text = None
            elif "\0" in text or (not text.isascii() and _LONE_SURROGATE.search(text)):
                text, facts["text"] = None, text
        elif "answers" in facts:
            facts["answers"] = [self._refer(each) for each in facts["answers"]]
        try:
            told = _json_text(facts) if facts else None
        except (TypeError, ValueError, RecursionError) as error:
            raise NotStorable(f"{kind} of {event.source or 'the run'} cannot be recorded: {error}. {_CURE}") from error
        self.position = position
        if kind == "StepEnded":
            self._replies[event.source] = (position, cast("events.StepEnded", event).output)
        return Row(position, kind, event.source, event.step_id, event.parent_id, event.time, text, same_as, told)

    def take_back(self, row: Row) -> None:
        """Forget the last row: it could not be written."""
        assert row.position == self.position
        self.position -= 1
        self._places.clear()
        self._replies.clear()

    def _reply_again(self, event: Event) -> tuple[None, dict[str, Any]] | None:
        """Return the parts of a message that is, to the letter, what its speaker's last step came back with."""
        if not isinstance(event, events.MessageSent):
            return None
        place, reply = self._replies.get(event.source, (0, None))
        if event.message is not reply:
            return None
        return None, {"to": event.recipient, "of": place, **({"silent": True} if event.silent else {})}

    def _place(self, text: str, position: int) -> int | None:
        """Return where a text stands already; if nowhere, it stands here from now on."""
        places = self._places
        found = places.get(text)
        if found is None:
            if len(places) >= _REMEMBERED:
                places.clear()
            places[text] = position
        return found

    def _refer(self, text: str) -> int | str:
        return self._places.get(text, text)


def _checked(name: str) -> str:
    """Return the name of an agent; what no text of a database can hold is refused before others wait behind it."""
    if "\0" in name or _LONE_SURROGATE.search(name):
        raise NotStorable(
            f"The name {name!r} cannot be recorded: it holds a NUL character or half of one. Name it otherwise."
        )
    return name


_CURE = (
    "A journal holds JSON values only: text, numbers, true, false, none, lists and dicts with text keys. "
    "Give it such values, or leave the journal out."
)


def _json_text(value: Any) -> str:
    text = _as_json(value)
    return text if text.isascii() or not _LONE_SURROGATE.search(text) else _as_ascii(value)


def _message(event: events.MessageSent) -> tuple[str | None, dict[str, Any]]:
    said: Any = event.message
    facts: dict[str, Any] = {"to": event.recipient}
    if event.silent:
        facts["silent"] = True
    text = said.get("content")
    if not isinstance(text, str):
        facts["message"] = said
        return None, facts
    rest = {key: value for key, value in said.items() if key != "content"}
    if not rest:
        return text, facts
    answers = rest.get("tool_responses")
    if isinstance(answers, list) and answers and all(map(_is_answer, cast("list[Any]", answers))):
        contents = [answer["content"] for answer in cast("list[dict[str, Any]]", answers)]
        rest["tool_responses"] = [{k: v for k, v in each.items() if k != "content"} for each in answers]  # type: ignore[union-attr]
        facts["answers"] = [None if content == text else content for content in contents]
        if len(contents) > 1 and text == "\n\n".join(contents):
            facts["answers"], text = contents, None
    facts["message"] = rest
    return text, facts


def _is_answer(answer: object) -> bool:
    return isinstance(answer, dict) and isinstance(cast("dict[str, object]", answer).get("content"), str)


def _started(event: events.StepStarted) -> tuple[str | None, dict[str, Any]]:
    facts: dict[str, Any] = {"kind": event.kind, "name": event.name, "input": event.input}
    if event.silent:
        facts["silent"] = True
    return None, facts


_TEXT_KEY = {"model": "content", "tool": "content", "code": "output"}


def _ended(event: events.StepEnded) -> tuple[str | None, dict[str, Any]]:
    facts: dict[str, Any] = {"kind": event.kind, "name": event.name, "s": round(event.duration_s, 6)}
    output, text = event.output, None
    key = _TEXT_KEY.get(event.kind)
    if isinstance(output, str):
        text = output
    elif isinstance(output, dict):
        rest: dict[str, Any] = cast("dict[str, Any]", output)
        if key is not None and isinstance(rest.get(key), str):
            text = rest[key]
            rest = {name: value for name, value in rest.items() if name != key}
        facts["output"] = rest
    elif output is not None:
        facts["output"] = output
    if event.usage is not None:
        facts["usage"] = {
            name: value for name, value in _used(event.usage) if value or (value is not None and name == "cost_usd")
        }
    if event.error is not None:
        facts["error"] = event.error
    if event.details:
        facts["details"] = event.details
    if event.silent:
        facts["silent"] = True
    return text, facts


def _used(usage: Any) -> Iterable[tuple[str, Any]]:
    return ((name, getattr(usage, name)) for name in usage.__slots__)


def _other(event: Any) -> tuple[str | None, dict[str, Any]]:
    return None, {key: value for key, value in events.to_dict(event).items() if key not in _OF_ALL}


_PARTS: Mapping[str, Callable[[Any], tuple[str | None, dict[str, Any]]]] = {
    "MessageSent": _message,
    "StepStarted": _started,
    "StepEnded": _ended,
}


class Reader:
    """Turns the rows of one run, oldest first, into events."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._texts: dict[int, str] = {}
        self._replies: dict[int, Any] = {}

    def events(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[Event]:
        """Return the events of the next rows, as far as they can be read.

        Raises:
            ValueError: a row is not what this version writes.
        """
        return map(self._event, rows, _facts_of(rows))

    def event(self, row: Row) -> Event:
        """Return the event of the next row.

        Raises:
            ValueError: the row is not what this version writes.
        """
        return next(self.events([row]))

    def messages(
        self, said: Sequence[tuple[Any, ...]], ended: Callable[[], Iterable[tuple[Any, ...]]]
    ) -> Iterator[Event]:
        """Return the events of messages alone, which is several times as quick as reading all.

        Args:
            said: the rows of all messages, each with its text also where an earlier row has that, and without `same_as` then.
            ended: gives the rows of all steps that ended, likewise; it is asked only if a message refers to one of them.

        Raises:
            KeyError, TypeError, ValueError: these rows do not tell all, or one is not what this version writes.
        """
        facts = list(_facts_of(said))
        replies = {each["of"] for each in facts if "of" in each}
        if replies or any("answers" in each for each in facts):
            rows = list(ended())
            self._texts.update((row[0], row[6]) for row in rows if row[6] is not None)
            rows = [row for row in rows if row[0] in replies]
            for row, told in zip(rows, _facts_of(rows), strict=True):
                text = row[6] if row[7] is None else self._texts[row[7]]
                self._replies[row[0]] = _output_of(told.pop("text", None) if text is None else text, told)
        return map(self._event, said, facts)

    def _event(self, row: tuple[Any, ...], facts: dict[str, Any]) -> Event:
        position, kind, source, step, parent, time, text, same_as, _ = row
        if same_as is not None:
            text = self._texts[same_as]
        elif "text" in facts and kind in _PARTS:
            text = facts.pop("text")
        if text is not None:
            if type(text) is not str:
                raise TypeError(f"the text of position {position} is {type(text).__name__}")
            self._texts[position] = text
        run_id = self._run_id
        if kind == "MessageSent":
            said = self._message(text, facts)
            return events.MessageSent(source, run_id, step, parent, time, facts["to"], said, facts.get("silent", False))
        if kind == "StepStarted":
            told = facts["kind"], facts["name"], facts["input"], facts.get("silent", False)
            return events.StepStarted(source, run_id, step, parent, time, *told)
        if kind == "StepEnded":
            ended = _read_ended((source, run_id, step, parent, time), text, facts)
            self._replies[position] = ended.output
            return ended
        common = {"source": source, "run_id": run_id, "step_id": step, "parent_id": parent, "time": time}
        return events.from_dict({"v": events.VERSION, "type": kind, **common, **facts})

    def _message(self, text: str | None, facts: dict[str, Any]) -> Any:
        if "of" in facts:
            return self._replies[facts["of"]]
        rest: dict[str, Any] = facts.get("message", {})
        if "answers" in facts:
            contents = [self._content(each, text) for each in facts["answers"]]
            text = "\n\n".join(contents) if text is None else text
            rest["tool_responses"] = [
                {**answer, "content": content} for answer, content in zip(rest["tool_responses"], contents, strict=True)
            ]
        return rest if text is None else {"content": text, **rest}

    def _content(self, answer: int | str | None, text: str | None) -> str:
        if answer is None:
            return text or ""
        return self._texts[answer] if isinstance(answer, int) else answer


def _facts_of(rows: Sequence[tuple[Any, ...]]) -> Iterable[dict[str, Any]]:
    """Return the facts of rows: read together, which is several times as quick, or one by one up to what is damaged."""
    told = [row[-1] or "{}" for row in rows]
    try:
        facts: list[Any] = json.loads(f"[{','.join(told)}]")
    except (ValueError, RecursionError):
        return map(json.loads, told)
    if len(facts) != len(told) or not all(type(each) is dict for each in facts):
        return map(json.loads, told)
    return facts


def _read_ended(common: tuple[str, str, int, int, float], text: str | None, facts: dict[str, Any]) -> events.StepEnded:
    usage = facts.get("usage")
    return events.StepEnded(
        *common,
        facts["kind"],
        facts["name"],
        _output_of(text, facts),
        None if usage is None else Usage(**usage),
        facts.get("error"),
        facts["s"],
        facts.get("silent", False),
        facts.get("details"),
    )


def _output_of(text: str | None, facts: dict[str, Any]) -> Any:
    output = facts.get("output")
    if text is None:
        return output
    key = _TEXT_KEY.get(facts["kind"])
    return text if output is None or key is None else {**output, key: text}
