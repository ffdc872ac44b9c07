"""Pictures as data: read from files, addresses and base64, and written as PNG."""

from __future__ import annotations

import base64
import binascii
import os
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from autogen.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

MAX_BYTES = 20_000_000
"""A larger picture is not fetched."""
_FETCH_S = 30.0
_DATA_ADDRESS = re.compile(r"data:image/[\w.+-]+;base64,")
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def get_pil_image(image_file: str | Image) -> Image:
    """Return a picture, in RGB: from a file's name, an http(s) or `data:` address, or base64; a picture as it is.

    Raises:
        MissingExtra: Pillow is not installed.
        ValueError: this is no picture, or a too large one.
        OSError: it cannot be read or fetched.
    """
    pillow = _pillow()
    if not isinstance(image_file, str):
        return image_file
    try:
        with pillow.open(BytesIO(_bytes_of(image_file.strip("'\"")))) as image:
            return image.convert("RGB")
    except pillow.DecompressionBombError as error:
        raise ValueError(f"{image_file[:80]!r} is too large a picture: {error}") from None


def get_image_data(image_file: str | Image, use_b64: bool = True) -> bytes | str:  # noqa: FBT001, FBT002 - the classic signature
    """Return a picture as PNG: in base64, or as bytes; errors as for `get_pil_image`."""
    data = _png_of(get_pil_image(image_file))
    return base64.b64encode(data).decode("ascii") if use_b64 else data


def pil_to_data_uri(image: Image) -> str:
    """Return a picture as a `data:` address."""
    return convert_base64_to_data_uri(base64.b64encode(_png_of(image)).decode("ascii"))


def convert_base64_to_data_uri(base64_image: str) -> str:
    """Return base64 as a `data:` address of the kind that its first bytes tell; JPEG where they tell nothing."""
    head = base64.b64decode(base64_image[:64])
    kind = next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), "image/jpeg")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        kind = "image/webp"
    return f"data:{kind};base64,{base64_image}"


def picture_of_base64(data: str) -> Image:
    """Return the picture that base64 holds."""
    return _pillow().open(BytesIO(base64.b64decode(data)))


def _pillow() -> Any:
    try:
        from PIL import Image  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("images", needed_by="a picture in a message") from None
    return Image


def _png_of(image: Image) -> bytes:
    written = BytesIO()
    image.save(written, format="PNG")
    return written.getvalue()


def _bytes_of(place: str) -> bytes:
    if place.startswith(("http://", "https://")):
        return _fetched(place)
    if _DATA_ADDRESS.match(place):
        return base64.b64decode(place.partition(",")[2])
    if os.path.exists(place):  # noqa: PTH110 - base64 may be too long for a path, which this takes for a "no"
        with open(place, "rb") as file:  # noqa: PTH123 - as above
            return file.read(MAX_BYTES)
    try:
        return base64.b64decode(place, validate=True)
    except binascii.Error:
        raise FileNotFoundError(f"{place[:80]!r} is neither a file, nor an address, nor base64") from None


def _fetched(address: str) -> bytes:
    import httpx2  # noqa: PLC0415 - heavy, and only for pictures on the web

    try:
        with httpx2.stream("GET", address, follow_redirects=True, timeout=_FETCH_S) as answer:
            answer.raise_for_status()
            return _at_most(answer.iter_bytes(), address)
    except httpx2.HTTPError as error:
        raise OSError(f"{address} cannot be fetched: {error}") from error


def _at_most(pieces: Iterable[bytes], address: str) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > MAX_BYTES:
            raise ValueError(f"{address} is larger than {MAX_BYTES} bytes")
    return bytes(data)
