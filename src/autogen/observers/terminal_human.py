"""The person at the terminal, asked line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.core.sync import call
from autogen.observers.safe_text import safe_line, safe_text
from autogen.observers.stream import IOConsole, IOStream

if TYPE_CHECKING:
    from autogen.events import InputRequested

MAX_ANSWER = 1_000_000
"""Characters of an answer that are kept."""


class ConsoleHuman:
    """Asks through the `IOStream` in use: the terminal, a pipe, or whatever the application has set.

    An empty line is an answer; the end of the input is none; Ctrl-C goes through as `KeyboardInterrupt`. An answer
    longer than `max_characters` is cut, and the person is told so.
    """

    def __init__(self, max_characters: int = MAX_ANSWER) -> None:
        self._max_characters = max_characters

    async def ask(self, question: InputRequested) -> str | None:
        """Show the question and return the line typed, or `None` at the end of the input."""
        return await call(self._read, question)

    def _read(self, question: InputRequested) -> str | None:
        stream = IOStream.get_default()
        prompt = safe_text(question.prompt)
        if question.source and f"as {question.source}" not in question.prompt:
            stream.print(f"{safe_line(question.source)} asks you:", flush=True)
        words = _line(stream, prompt, is_secret=question.secret)
        if isinstance(stream, IOConsole) and not _echoes():
            stream.print("" if words is None or question.secret else safe_text(words), flush=True)
        if words is None or len(words) <= self._max_characters:
            return words
        stream.print(f"(Only the first {self._max_characters:,} of {len(words):,} characters are taken.)", flush=True)
        return words[: self._max_characters]


def _line(stream: IOStream, prompt: str, *, is_secret: bool) -> str | None:
    while True:
        try:
            return stream.input(prompt, password=is_secret).rstrip("\r\n")
        except EOFError:
            return None
        except UnicodeDecodeError as error:  # what was read is gone: the next line may do
            stream.print(f"(That line could not be read as {error.encoding}; please say it again.)", flush=True)


def _echoes() -> bool:
    """Tell whether what is typed can be seen already: a terminal shows it, a pipe does not."""
    import sys  # noqa: PLC0415 - only asked here

    try:
        return sys.stdin.isatty()
    except (AttributeError, ValueError):  # no standard input at all, or a closed one
        return False
