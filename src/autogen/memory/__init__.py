"""What a model sees of a long conversation: views that are trimmed, counted in tokens, or summed up.

`context=[…]` on an agent takes any of these, or a function of the list of messages that returns another list.
"""

from autogen.memory.summary import SummariseOlder
from autogen.memory.tool_results import ShortenToolResults
from autogen.memory.window import LastMessages, TokenLimit

__all__ = ["LastMessages", "ShortenToolResults", "SummariseOlder", "TokenLimit"]
