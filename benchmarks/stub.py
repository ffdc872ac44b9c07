"""What every stub model says: the same words, in process and over HTTP."""

from __future__ import annotations

OPENING = "What does the text say about the question?"
REPLY = "The answer to the question is in the second paragraph."
SYSTEM = "You are a helpful assistant."
ARGUMENTS = '{"a": 1, "b": 2}'
