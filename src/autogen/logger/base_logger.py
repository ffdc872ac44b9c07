"""Classic import path: what a logger of the runtime log has."""

from typing import Any

from autogen.core.runtime_log.port import RuntimeLogger as BaseLogger

LLMConfig = dict[str, Any]

__all__ = ["BaseLogger", "LLMConfig"]
