"""The opening message of a chat: text, a dict, what a function returns, or what a human types; and the carryover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.core.sync import call
from autogen.errors import InvalidCarryOverType

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.chats.member import Member
    from autogen.core.agent import Agent
    from autogen.messages import Content, ContentPart


async def open_with(message: Any, sender: Member, recipient: Agent, context: dict[str, Any]) -> Any:
    """Return the first message of a chat.

    Args:
        message: text, a dict, a callable `(sender, recipient, context)` returning either, or `None` to ask the human.
        context: the further keyword arguments of the chat; `carryover` among them is added to the message.
    """
    if not callable(message):
        return await sender.a_generate_init_message(message, **context)
    made = await call(cast("Callable[..., Any]", message), sender, recipient, context)
    if not isinstance(made, (str, dict)):
        name = getattr(message, "__name__", repr(message))
        raise TypeError(f"The message function {name} must return a str or a dict, not {type(made).__name__}: {made!r}")
    return cast("Any", made)


def with_carryover(message: str | dict[str, Any], carryover: object) -> str | dict[str, Any]:
    """Return the message with what earlier chats came to; the message given is not altered.

    Text gets it appended; a message of parts gets it as a new first part.

    Raises:
        InvalidCarryOverType: neither text nor a list.
    """
    text = _carryover_text(carryover)
    if not text:
        return message
    if isinstance(message, str):
        return message + text
    content: Content = message.get("content")
    if content is None:
        return message
    if isinstance(content, str):
        return {**message, "content": content + text}
    part: ContentPart = {"type": "text", "text": text}
    return {**message, "content": [part, *content]}


def _carryover_text(carryover: object) -> str:
    if carryover is None or carryover in ("", []):
        return ""
    if isinstance(carryover, str):
        return f"\nContext: \n{carryover}"
    if isinstance(carryover, list):
        lines = [_line(entry) for entry in cast("list[object]", carryover)]
        return "\nContext: \n" + "\n".join(lines)
    raise InvalidCarryOverType(
        f"Carryover should be a string or a list of strings. Got {type(carryover).__name__}: {carryover!r}"
    )


def _line(entry: object) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    said = cast("dict[str, object]", entry)
    return str(said.get("content", said))
