"""Classic import path: what several agents have used, checks of a queue of chats, tags in a text."""

from typing import Any

from autogen.chats.sequence import check_queue
from autogen.pictures.tags import parse_tags_from_content
from autogen.usage import gather_usage_summary


def consolidate_chat_info(chat_info: dict[str, Any] | list[dict[str, Any]], uniform_sender: Any = None) -> None:
    """Say what is wrong with a queue of chats, if anything is: each entry needs a recipient, and a sender if none is given.

    Raises:
        AssertionError: an entry lacks one of them.
        TypeError: an entry is no dict.
    """
    check_queue([chat_info] if isinstance(chat_info, dict) else chat_info, needs_sender=uniform_sender is None)


__all__ = ["consolidate_chat_info", "gather_usage_summary", "parse_tags_from_content"]
