"""Tags in a text, as in `<img picture.png>` and `<audio text='Hello' voice="x">`."""

from __future__ import annotations

import re
from typing import Any, TypedDict, cast


class Tag(TypedDict):
    """A tag that was found: its name, its attributes (`src` for what stands without a name), and where."""

    tag: str
    attr: dict[str, str]
    match: re.Match[str]


_ATTRIBUTE = re.compile(r"""([^\s=]+)=(?:"(.*?)"|'(.*?)')(?=\s|$)""", re.DOTALL)


def parse_tags_from_content(tag: str, content: str | list[dict[str, Any]]) -> list[Tag]:
    """Return the tags of this name in a message's content, in order.

    Raises:
        ValueError: content that is neither text nor a list of parts.
    """
    if isinstance(content, str):
        return _tags_in(tag, content)
    if not isinstance(cast("object", content), list):
        raise ValueError(f"content must be a str or a list of parts, not {type(content).__name__}: {content!r}")  # noqa: TRY004 - as in the classic
    texts = [part["text"] for part in content if part.get("type") == "text"]
    return [found for text in texts for found in _tags_in(tag, text)]


def _tags_in(tag: str, text: str) -> list[Tag]:
    matches = re.finditer(rf"<{re.escape(tag)} (.*?)>", text)
    return [{"tag": tag, "attr": _attributes(match[1].strip()), "match": match} for match in matches]


def _attributes(inner: str) -> dict[str, str]:
    found = list(_ATTRIBUTE.finditer(inner))
    attributes: dict[str, str] = {}
    unnamed = " ".join(_ATTRIBUTE.sub(" ", inner).split())
    if unnamed:
        attributes["src"] = unnamed
    return attributes | {match[1]: match[2] if match[2] is not None else match[3] for match in found}
