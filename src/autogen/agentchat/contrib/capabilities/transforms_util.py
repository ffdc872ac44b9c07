"""Classic import path: the functions beside the transforms."""

from autogen.memory.classic.parts import (
    cache_content_get,
    cache_content_set,
    cache_key,
    count_text_tokens,
    is_content_right_type,
    is_content_text_empty,
    min_tokens_reached,
    should_transform_message,
)

__all__ = [
    "cache_content_get",
    "cache_content_set",
    "cache_key",
    "count_text_tokens",
    "is_content_right_type",
    "is_content_text_empty",
    "min_tokens_reached",
    "should_transform_message",
]
