"""One cell: what it prints and shows, in order and within bounds, and the words for what came of it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from autogen.coding.kernels.transcript import Marks, Transcript

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.coding.places.place import Caps

_MOST_SHOWN = 100
_MOST_SHOWN_BYTES = 64_000_000
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_RULER = re.compile(r"\A-{40,}\n")  # IPython draws one above a traceback
Data = dict[str, str]


@dataclass(frozen=True, slots=True)
class Display:
    """Something that was shown: its data by media type, text as it is and pictures in base64."""

    data: Data


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """What came of a cell.

    Args:
        exit_code: 0, 1 for an exception, 124 for a timeout, 130 for an interrupt, 137 if it was stopped or died.
        pieces: what it printed and showed, in order.
        error: the traceback, if an exception ended it.
        stopped: a sentence on the bound that it passed; empty if it did not.
        lost: a sentence on why the kernel is gone; `None` if it lives, with all its variables.
    """

    exit_code: int
    pieces: tuple[str | Display, ...]
    error: str = ""
    stopped: str = ""
    lost: str | None = None


def without_escapes(text: str) -> str:
    """Return a text without a terminal's colours and commands."""
    return _ESCAPES.sub("", text)


def displayed(data: object) -> Data:
    """Return the parts of a display that are text; what is none is left out, whatever it is."""
    if not isinstance(data, dict):
        return {}
    parts = cast("Mapping[object, object]", data)
    return {str(kind)[:100]: text for kind, text in parts.items() if isinstance(text, str)}


@dataclass(slots=True)
class _Shown:
    by_mark: dict[int, Display] = field(default_factory=dict[int, Display])
    others: list[Display] = field(default_factory=list[Display])
    size_bytes: int = 0
    left_out: int = 0


class Cell:
    """Takes in what a kernel prints and shows while a cell runs.

    Attributes:
        is_too_much: done when it printed more than it may; the sentence for that.
        stopped: exit code and sentence, where it was stopped.
        interrupted: whether somebody asked to interrupt it.
        all_shown: set when all that is marked has been shown.
    """

    def __init__(self, marks: Marks, caps: Caps) -> None:
        self._transcript, self._before = Transcript(marks, caps.kept_output_bytes), marks.latest
        self._allowed_bytes = caps.output_bytes
        self._kept_bytes = caps.kept_output_bytes
        self._shown = _Shown()
        self.is_too_much: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.all_shown = asyncio.Event()
        self.stopped: tuple[int, str] | None = None
        self.interrupted = False

    @property
    def missing(self) -> bool:
        """Whether something is marked that has not been shown."""
        return not self._transcript.marked <= self._shown.by_mark.keys()

    def printed(self, data: bytes) -> None:
        """Take in what was printed."""
        self._transcript.add(data)
        if self._transcript.size_bytes > self._allowed_bytes and not self.is_too_much.done():
            self.is_too_much.set_result(f"it printed more than {self._allowed_bytes / 1e6:g} MB")

    def heard(self, kind: str, content: Any, metadata: Any) -> None:
        """Take in a message of the kernel; what is no display says nothing here."""
        if kind not in {"display_data", "execute_result", "update_display_data"}:
            return
        number = metadata.get("mark")
        if isinstance(number, int) and number <= self._before:  # of an earlier cell, which waited for it in vain
            return
        data = displayed(content["data"])
        size_bytes = sum(map(len, data.values()))
        count = len(self._shown.by_mark) + len(self._shown.others)
        if count >= _MOST_SHOWN or self._shown.size_bytes + size_bytes > _MOST_SHOWN_BYTES:
            self._shown.left_out += 1
            data = {}
        self._shown.size_bytes += size_bytes
        if isinstance(number, int) and len(self._shown.by_mark) < 10 * _MOST_SHOWN:
            self._shown.by_mark[number] = Display(data)
        elif data:
            self._shown.others.append(Display(data))
        if not self.missing:
            self.all_shown.set()

    def said(self) -> str:
        """Return what was printed so far."""
        return without_escapes("".join(piece for piece in self._transcript.pieces() if isinstance(piece, str))).strip()

    def outcome(self, reply: Any, lost: str | None) -> CellOutcome:
        """Return what came of it, given the content of the kernel's reply (`None` if there is none)."""
        exit_code, error = (137, "") if reply is None else self._read(reply)
        stopped = ""
        if self.stopped is not None:
            (exit_code, stopped), error = self.stopped, ""
        if lost is not None and exit_code == 0:
            exit_code = 137
        return CellOutcome(exit_code, tuple(self._pieces(reply)), error, stopped, lost)

    def _read(self, reply: Any) -> tuple[int, str]:
        """Return exit code and traceback."""
        if not isinstance(reply, dict) or cast("dict[str, object]", reply).get("status") == "ok":
            return 0, ""
        told = cast("dict[str, Any]", reply)
        if told.get("ename") == "SystemExit":  # IPython itself says so
            value = str(told.get("evalue", ""))
            return (int(value) & 255 if value.isdecimal() else int(value not in {"", "None", "False"})), ""
        lines = told.get("traceback")
        text = "\n".join(map(str, cast("list[object]", lines))) if isinstance(lines, list) else ""
        if not text:
            text = f"{told.get('ename', 'error')}: {told.get('evalue', '')}"
        text = _RULER.sub("", without_escapes(text))
        half = self._kept_bytes // 2
        return 1, text if len(text) <= 2 * half else f"{text[:half]}\n[…]\n{text[-half:]}"

    def _pieces(self, reply: Any) -> list[str | Display]:
        found: list[str | Display] = []
        shown = dict(self._shown.by_mark)
        for piece in self._transcript.pieces():
            if isinstance(piece, str):
                found += [piece] if piece else []
            elif piece in shown:
                found.append(shown.pop(piece))
        found += [*shown.values(), *self._shown.others, *_paged(reply)]
        if self._shown.left_out:
            found.append(f"\n[… {self._shown.left_out} more were shown than are kept …]\n")
        return found


def _paged(reply: Any) -> list[Display]:
    """Return what `name?` has to say, which is in the reply itself."""
    told: Any = cast("dict[str, Any]", reply).get("payload") if isinstance(reply, dict) else None
    pages: list[Any] = (
        [part for part in cast("list[Any]", told) if isinstance(part, dict)] if isinstance(told, list) else []
    )
    return [Display({"text/plain": without_escapes(displayed(page.get("data")).get("text/plain", ""))})
            for page in pages if page.get("source") == "page"]  # fmt: skip
