"""What came of a cell in words for a model: texts in order, pictures and tables as files that are named in it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autogen.coding.artefacts import Artefact, media_type_of
from autogen.coding.executor import CodeResult
from autogen.coding.workspace import save_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autogen.coding.kernels.cell import CellOutcome, Data, Display

_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
}
_LESS_THAN_TEXT = ("application/vnd.", "text/latex", "text/markdown")
_SAYS_NOTHING = re.compile(r"<[\w.]+ object(?: at 0x[0-9a-f]+)?>")
_TIMEOUT, _INTERRUPTED = 124, 130
KEPT = "The variables are kept"


@dataclass(slots=True)
class IPythonCodeResult(CodeResult):
    """What came of running cells.

    Attributes:
        output_files: where what was shown was saved: pictures and HTML.
        place: what the kernel runs in, as `Place.name`.
    """

    output_files: list[str] = field(default_factory=list[str])
    place: str = ""


class Saver:
    """Saves what is shown; each name comes from the content, so the same picture is one file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._artefacts: dict[str, Artefact] = {}

    @property
    def files(self) -> list[str]:
        """Where what was shown has been saved, each file once."""
        return list(self._artefacts)

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The files, as results list them."""
        return tuple(self._artefacts.values())

    def save(self, kind: str, data: str) -> str:
        """Save a picture (base64, but SVG is text) or HTML, and return a line that says where it is."""
        is_html = kind == "text/html"
        ending = "html" if is_html else _ENDINGS.get(kind, "bin")
        try:
            content = (
                data.encode("utf-8", "replace")
                if ending in {"html", "svg"}
                else base64.b64decode("".join(data.split()), validate=True)
            )
            digest = hashlib.sha256(content).hexdigest()
            name = f"{'table' if is_html else 'picture'}-{digest[:12]}.{ending}"
            self._directory.mkdir(parents=True, exist_ok=True)
            save_bytes(self._directory, name, content)
        except (binascii.Error, ValueError, OSError) as error:
            return f"({kind} that cannot be saved: {error})"
        path = self._directory / name
        self._artefacts[str(path)] = Artefact(name, media_type_of(name), len(content), digest, path)
        return f"{'HTML' if is_html else 'Image'} data saved to {path}"


def tell(outcome: CellOutcome, saver: Saver) -> str:
    """Return what a cell printed, showed and ended with, each on lines of its own; files are saved on the way."""
    text = ""
    for piece in outcome.pieces:
        if isinstance(piece, str):
            text += piece
        else:
            text = _joined(text, "\n".join(_lines(piece, saver)))
    for last in (outcome.error, _ending(outcome)):
        text = _joined(text, last)
    return text


def _joined(text: str, more: str) -> str:
    if not more:
        return text
    return (text if not text or text.endswith("\n") else text + "\n") + more.rstrip("\n") + "\n"


def _lines(display: Display, saver: Saver) -> Iterator[str]:
    data: Data = display.data
    if "text/plain" in data and not (len(data) > 1 and _SAYS_NOTHING.fullmatch(data["text/plain"])):
        yield data["text/plain"]
    for kind, content in data.items():
        if kind == "image/jpeg" and "image/png" in data:
            continue  # the same picture
        if kind == "text/html" or kind.startswith("image/"):
            yield saver.save(kind, content)
        elif kind != "text/plain" and not ("text/plain" in data and kind.startswith(_LESS_THAN_TEXT)):
            yield content if kind.startswith("text/") else json.dumps(content)


def _ending(outcome: CellOutcome) -> str:
    if outcome.exit_code == _TIMEOUT:
        return "Timeout" if outcome.lost is not None else f"{KEPT}; the code was interrupted.\nTimeout"
    if outcome.exit_code == _INTERRUPTED and not outcome.error and outcome.lost is None:
        return f"The code was interrupted. {KEPT}."
    if outcome.stopped:
        return f"The code was stopped: {outcome.stopped}." + (f" {KEPT}." if outcome.lost is None else "")
    return ""
