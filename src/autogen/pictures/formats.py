"""Text with tags of pictures, as the parts that models take."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from autogen.errors import MissingExtra
from autogen.pictures.loading import convert_base64_to_data_uri, get_image_data, get_pil_image, pil_to_data_uri
from autogen.pictures.tags import parse_tags_from_content

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_logger = logging.getLogger("autogen")
_PATH = re.compile(r"\b\S+\.(?:jpg|jpeg|png|gif|bmp)\b", re.IGNORECASE)
_LOADERS: dict[str, Callable[[str], Any]] = {
    "uri": lambda place: convert_base64_to_data_uri(str(get_image_data(place))),
    "url": lambda place: place,
    "pil": get_pil_image,
}


def gpt4v_formatter(prompt: str, img_format: str = "uri") -> list[dict[str, Any]]:
    """Return a text as parts: its own text, and a picture for each `<img …>`; one that cannot be loaded stays text.

    Args:
        prompt: the text.
        img_format: a picture as a `data:` address ("uri"), as it is named ("url"), or as an object of Pillow ("pil").

    Raises:
        AssertionError: another format.
        MissingExtra: Pillow is not installed.
    """
    assert img_format in _LOADERS, f"img_format={img_format!r} (known: {', '.join(_LOADERS)})"
    parts: list[dict[str, Any]] = []
    end = 0
    for tag in parse_tags_from_content("img", prompt):
        loaded = _loaded(tag["attr"].get("src", ""), _LOADERS[img_format])
        if loaded is None:
            continue
        parts.append({"type": "text", "text": prompt[end : tag["match"].start()]})
        parts.append({"type": "image_url", "image_url": {"url": loaded}})
        end = tag["match"].end()
    return [*parts, {"type": "text", "text": prompt[end:]}]


def llava_formatter(prompt: str, order_image_tokens: bool = False) -> tuple[str, list[str]]:  # noqa: FBT001, FBT002 - the classic signature
    """Return a text with `<image>` (or `<image 0>`, …) for each picture, and the pictures in base64.

    The tag of one that cannot be loaded is left out.
    """
    images: list[str] = []

    def token(match: re.Match[str]) -> str:
        loaded = _loaded(match[1], get_image_data)
        if loaded is None:
            return ""
        images.append(loaded)
        return f"<image {len(images) - 1}>" if order_image_tokens else "<image>"

    return re.sub(r"<img ([^>]+)>", token, prompt), images


def extract_img_paths(paragraph: str) -> list[str]:
    """Return the names of pictures in a text: addresses and paths, by their endings."""
    return _PATH.findall(paragraph)


def message_formatter_pil_to_b64(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return messages in which each picture that is an object of Pillow is a `data:` address."""
    return [{**message, "content": _addressed(message["content"])} if isinstance(message.get("content"), list)
            else dict(message) for message in messages]  # fmt: skip


def _addressed(parts: list[dict[str, Any]]) -> list[Any]:
    return [
        {**part, "image_url": {**part["image_url"], "url": pil_to_data_uri(part["image_url"]["url"])}}
        if "image_url" in part and not isinstance(part["image_url"]["url"], str)
        else part
        for part in parts
    ]


def _loaded(place: str, load: Callable[[str], Any]) -> Any:
    try:
        return load(place)
    except MissingExtra:
        raise
    except (OSError, ValueError) as error:
        _logger.warning("The picture %r cannot be loaded: %s", place[:80], error)
        return None
