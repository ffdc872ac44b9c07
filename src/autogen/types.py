"""Classic import path: types of a message's content."""

from typing import Any, Literal, TypedDict

MessageContentType = str | list[dict[str, Any] | str] | None


class UserMessageTextContentPart(TypedDict):
    """A part that is text."""

    type: Literal["text"]
    text: str


class UserMessageImageContentPart(TypedDict):
    """A part that is an image: `{"url": …}`."""

    type: Literal["image_url"]
    image_url: dict[Literal["url"], str]


__all__ = ["MessageContentType", "UserMessageImageContentPart", "UserMessageTextContentPart"]
