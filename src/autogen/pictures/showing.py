"""Pictures that were left in files, as parts of a message: each is the file that was listed, or it is not shown."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING, Any

from autogen.errors import MissingExtra
from autogen.pictures.loading import MAX_BYTES, convert_base64_to_data_uri, get_image_data

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST_SHOWN = 8
_KINDS = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def is_shown(media_type: str) -> bool:
    """Tell whether models take pictures of this kind; a drawing such as SVG is text to them."""
    return media_type in _KINDS


def picture_parts(files: Iterable[tuple[Path, str]]) -> list[dict[str, Any]]:
    """Return a part for each picture, the last ones if there are many; blocks, so call it in a worker thread.

    What is no picture, is too large, or is no longer what it was is left out; so are all where Pillow is missing.

    Args:
        files: where each lies, and the SHA-256 of its content in hexadecimal.
    """
    found: list[dict[str, Any]] = []
    for path, digest in list(files)[-MOST_SHOWN:]:
        address = _address_of(path, digest)
        if address is not None:
            found.append({"type": "image_url", "image_url": {"url": address}})
    return found


def _address_of(path: Path, digest: str) -> str | None:
    try:
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:  # noqa: PTH123 - a descriptor
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES or hashlib.sha256(data).hexdigest() != digest:
            return None
        address = f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"
        return convert_base64_to_data_uri(str(get_image_data(address)))
    except (OSError, ValueError, MissingExtra):
        return None
