"""The person at the terminal, asked line by line."""

from __future__ import annotations

import errno
import sys
from types import BuiltinFunctionType
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

    An empty line is an answer; the end of the input, or no input to read from, is none; Ctrl-C goes through as
    `KeyboardInterrupt`. An answer longer than `max_characters` is cut, and the person is told so.
    """

    def __init__(self, max_characters: int = MAX_ANSWER) -> None:
        self._max_characters = max_characters

    async def ask(self, question: InputRequested) -> str | None:
        """Show the question and return the line typed, or `None` at the end of the input."""
        return await call(self._read, question)

    def _read(self, question: InputRequested) -> str | None:
        stream = IOStream.get_default()
        is_terminal = isinstance(stream, IOConsole)
        if question.source and f"as {question.source}" not in question.prompt:
            stream.print(f"{safe_line(question.source)} asks you:", flush=True)
        words = _line(stream, safe_text(question.prompt), is_secret=question.secret)
        if words is None:
            if is_terminal:
                stream.print("", flush=True)
            return None
        kept = words[: self._max_characters]
        if is_terminal and not _echoes():
            stream.print("" if question.secret else safe_text(kept), flush=True)
        if len(words) > len(kept):
            stream.print(f"(Only the first {len(kept):,} of {len(words):,} characters are taken.)", flush=True)
        return kept


def _line(stream: IOStream, prompt: str, *, is_secret: bool) -> str | None:
    while True:
        try:
            return stream.input(prompt, password=is_secret).rstrip("\r\n")
        except EOFError:
            return None
        except KeyboardInterrupt:
            stream.print(flush=True)  # what is said next begins on a line of its own
            raise
        except UnicodeDecodeError as error:  # what was read is gone: the next line may do
            stream.print(f"(That line could not be read as {error.encoding}; please say it again.)", flush=True)
        except (RuntimeError, ValueError, OSError) as error:
            if type(stream) is IOConsole and _is_nobody(error):
                return None
            raise


def _is_nobody(error: Exception) -> bool:
    """Tell whether the built-in `input` failed because there is nothing to read from.

    There may be no standard input at all (RuntimeError, also from a notebook that is run unattended), a closed one
    (ValueError), or a terminal that has gone away (EIO).
    """
    return not isinstance(error, OSError) or error.errno in {errno.EIO, errno.EBADF}


def _echoes() -> bool:
    """Tell whether what is typed can be seen already: a terminal and a notebook show it, a pipe does not."""
    try:
        return sys.stdin.isatty() or not isinstance(input, BuiltinFunctionType)
    except (AttributeError, ValueError):  # no standard input at all, or a closed one
        return False
