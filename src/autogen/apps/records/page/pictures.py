"""Pictures that code left in files: each is shown if it still lies there as it was recorded."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.events import StepEnded

KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")
_MOST_BYTES = 8_000_000
_NO_LINKS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def pictures_left_by(ended: StepEnded) -> Iterator[tuple[str, str]]:
    """Return (name, address with the picture in it) of each picture that a run of code has left."""
    output: Any = ended.output
    listed: list[dict[str, Any]] = output.get("artefacts") or [] if ended.kind == "code" and output else []
    paths: list[str | None] = (ended.details or {}).get("paths") or []
    for told, path in zip(listed, paths, strict=False):
        if path is None or told.get("media_type") not in KINDS:
            continue
        content = _content(Path(path), str(told.get("sha256")))
        if content is not None:
            yield str(told.get("name")), f"data:{told['media_type']};base64,{base64.b64encode(content).decode('ascii')}"


def _content(path: Path, digest: str) -> bytes | None:
    """Return what stands in a file; `None` if that is not what was recorded."""
    try:
        with open(os.open(path, _NO_LINKS), "rb") as file:  # noqa: PTH123 - by a descriptor, so that no link is followed
            content = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= _MOST_BYTES and hashlib.sha256(content).hexdigest() == digest else None
