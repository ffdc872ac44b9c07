"""Where the console shows things: a plain stream of text, or a terminal with colours and a spinner."""

from __future__ import annotations

import errno
import logging
import os
import re
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from autogen.observers.stream import IOConsole, IOStream
from autogen.observers.wording import RULE_WIDTH, duration

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from autogen.observers.terminal.ink import Ink

_logger = logging.getLogger("autogen")

_TICK_S = 0.1
_NOBODY_READS = {errno.EPIPE, errno.EIO}
"""A pipe without a reader; a terminal that was closed."""
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_CLEAR_LINE = "\r\x1b[K"
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)")
_HEADING = re.compile(r"^#{1,6} ")
_CONTEXT_LINES = 30
"""Lines of a block that are looked at to highlight the next: enough for most strings, and cheap."""


class Screen:
    """Text in lines, by several speakers in turn.

    Args:
        put: shows text at once, as it is.
        ink: gives text its colours; `None` shows it plain.

    Attributes:
        lock: held while something is shown, for runs in several threads may share a screen.
        live: whose streamed reply the current line belongs to; `None` if nobody's.
    """

    def __init__(self, put: Callable[[str], None], ink: Ink | None = None) -> None:
        self.lock = threading.RLock()
        self.live: Hashable | None = None
        self.ink = ink
        self.spinner = Spinner(self) if ink is not None else None
        self.is_at_line_start = True
        self.put = put
        self._depth, self._indent = 0, ""

    def write(self, text: str, style: str = "") -> None:
        """Show safe text, in the place where the last one ended."""
        if not text:
            return
        if self.spinner is not None:
            self.spinner.erase()
        if style and self.ink is not None:
            text = self.ink.paint(text, style)
        if self._indent:
            text = self._indented(text)
        self.put(text)
        self.is_at_line_start = text.endswith("\n")

    def line(self, text: str, style: str = "") -> None:
        """Show a line of its own."""
        if self.ink is None or not style:
            self.write(f"{text}\n")
        else:
            self.write(f"{self.ink.paint(text, style)}\n")

    def rewrite(self, text: str) -> None:
        """Show the current line anew."""
        self.put(_CLEAR_LINE + self._indent + text)

    def begin(self, depth: int) -> None:
        """Begin something new on a line of its own, at this depth of nesting."""
        if not self.is_at_line_start:
            self.write("\n")
        self.live = None
        bar = "| " if self.ink is None else self.ink.bar
        self._depth, self._indent = depth, bar * depth

    def rule(self) -> None:
        """Draw the line that ends a message."""
        if self.ink is None:
            self.write(f"\n{'-' * RULE_WIDTH}\n")
        else:
            self.line(f"\n{self.ink.rule(self.indent_width)}", "rule")

    @property
    def indent_width(self) -> int:
        """Columns that nesting takes."""
        return 2 * self._depth

    def _indented(self, text: str) -> str:
        start = self._indent if self.is_at_line_start else ""
        is_ended = text.endswith("\n")
        inner = (text[:-1] if is_ended else text).replace("\n", f"\n{self._indent}")
        return f"{start}{inner}\n" if is_ended else start + inner


class Spinner:
    """A last line that tells what is being waited for, and for how long; it goes away when anything is shown."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._waits: dict[Hashable, tuple[str, float]] = {}
        self._questions: set[Hashable] = set()
        self._thread: threading.Thread | None = None
        self._is_drawn = False

    def start(self, key: Hashable, label: str) -> None:
        """Tell that this is being waited for."""
        self._waits[key] = (label, time.monotonic())
        if self._thread is None:
            self._thread = threading.Thread(target=self._turn, name="autogen-spinner", daemon=True)
            self._thread.start()

    def stop(self, key: Hashable) -> None:
        """Tell that it is over."""
        self._waits.pop(key, None)
        self.erase()

    def pause(self, key: Hashable) -> None:
        """Keep still while somebody types."""
        self._questions.add(key)
        self.erase()

    def resume(self, key: Hashable) -> None:
        """Go on once nobody is asked any more."""
        self._questions.discard(key)

    def erase(self) -> None:
        """Take the line away."""
        if self._is_drawn:
            self._is_drawn = False
            self._screen.put(_CLEAR_LINE)

    def _turn(self) -> None:
        wait = threading.Event().wait
        frame = 0
        while True:
            wait(_TICK_S)
            with self._screen.lock:
                if not self._waits:
                    self._thread = None
                    return
                self._draw(_FRAMES[frame % len(_FRAMES)])
            frame += 1

    def _draw(self, frame: str) -> None:
        screen = self._screen
        if self._questions or screen.live is not None or not screen.is_at_line_start or screen.ink is None:
            return
        label, since = next(iter(self._waits.values()))
        others = f" and {len(self._waits) - 1} more" if len(self._waits) > 1 else ""
        text = screen.ink.fitted(f"{screen.ink.frame(frame)} {label}{others}  {duration(time.monotonic() - since)}")
        screen.put(f"\r{screen.ink.paint(text, 'wait')}\x1b[K\r")
        self._is_drawn = True


class MarkdownPainter:
    """Shows the text of a message as it arrives, code in fences highlighted; every character stays what it was."""

    def __init__(self, screen: Screen, ink: Ink) -> None:
        self._screen, self._ink = screen, ink
        self._line = ""
        self._is_whole_line = True
        self._fence = ""
        self._language = ""
        self._code: list[str] = []

    def feed(self, text: str, *, is_live: bool) -> None:
        """Show a piece; a live one at once, and its last line once more in colours when it is complete."""
        pieces = text.split("\n")
        for index, piece in enumerate(pieces):
            if index:
                self._end_line(is_live=is_live)
            if piece:
                self._line += piece
                if is_live:
                    self._screen.write(piece)

    def break_line(self) -> None:
        """Note that something else was shown in the middle of a line."""
        self._is_whole_line = not self._line

    def finish(self, *, is_live: bool) -> None:
        """Show what is left of a last line without an end."""
        if self._line:
            self._end_line(is_live=is_live)

    def _end_line(self, *, is_live: bool) -> None:
        line, self._line = self._line, ""
        painted = self._painted(line)
        if not is_live:
            self._screen.write(painted + "\n")
        else:
            if painted != line and self._is_whole_line and self._ink.fits(line, self._screen.indent_width):
                self._screen.rewrite(painted)
            self._screen.write("\n")
        self._is_whole_line = True

    def _painted(self, line: str) -> str:
        fence = _FENCE.match(line)
        if self._fence:
            if fence and fence[1].startswith(self._fence) and line.strip() == fence[1]:
                self._fence, self._code = "", []
                return self._ink.paint(line, "fence")
            self._code = [*self._code[1 - _CONTEXT_LINES :], line]
            return self._ink.highlighted(self._code, self._language)
        if fence:
            self._fence, self._language = fence[1], fence[2].lower()
            return self._ink.paint(line, "fence")
        return self._ink.paint(line, "heading") if _HEADING.match(line) else line


def is_terminal() -> bool:
    """Tell whether standard output is a terminal that may be coloured: see https://no-color.org."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    try:
        return sys.stdout.isatty()
    except (AttributeError, ValueError):  # no standard output at all, or a closed one
        return False


def has_own_stream() -> bool:
    """Tell whether text goes to a stream that the application has set."""
    return type(IOStream.get_default()) is not IOConsole


def current_screen() -> Screen:
    """Return the screen for what happens here: the application's stream, or standard output."""
    if has_own_stream():
        return Screen(_printer(IOStream.get_default()))
    if _standard.screen is None or _standard.file is not sys.stdout:
        _standard.file, _standard.screen = sys.stdout, _on_standard_output()
    return _standard.screen


class _Standard:
    """The screen on standard output; there is one, whoever writes to it."""

    file: Any = None
    screen: Screen | None = None


_standard = _Standard()


def _on_standard_output() -> Screen:
    if is_terminal():
        from autogen.observers.terminal.ink import Ink  # noqa: PLC0415 - brings rich

        ink = Ink(sys.stdout)
        if ink.is_usable:
            return Screen(_writer(sys.stdout), ink)
    return Screen(_printer(IOStream.get_global_default()))


def _printer(stream: IOStream) -> Callable[[str], None]:
    """Return what shows text by a stream's `print`: whole lines as `print` ends them, pieces without an end."""

    def put(text: str) -> None:
        body, end = (text[:-1], "\n") if text.endswith("\n") else (text, "")
        try:
            stream.print(body, end=end, flush=True)
        except UnicodeEncodeError as error:
            stream.print(body.encode(error.encoding, "backslashreplace").decode(error.encoding), end=end, flush=True)

    return _until_closed(put)


def _writer(file: Any) -> Callable[[str], None]:
    def put(text: str) -> None:
        try:
            file.write(text)
        except UnicodeEncodeError as error:
            file.write(text.encode(error.encoding, "backslashreplace").decode(error.encoding))
        file.flush()

    return _until_closed(put)


def _until_closed(put: Callable[[str], None]) -> Callable[[str], None]:
    """Return the same, but silent once nobody can see it any more: the run goes on without a viewer."""
    is_closed = False

    def guarded(text: str) -> None:
        nonlocal is_closed
        if is_closed:
            return
        try:
            put(text)
        except UnicodeError:
            raise
        except ValueError:  # "I/O operation on closed file"
            is_closed = True
        except OSError as error:
            is_closed = True
            if error.errno in _NOBODY_READS or isinstance(error, BrokenPipeError):
                _drop_what_waits()
            else:  # a full disk, above all
                _logger.warning("The console is not shown any more (%s); the run goes on.", error)

    return guarded


def _drop_what_waits() -> None:
    """Let the interpreter end quietly: text that waits for a pipe without a reader would make it fail at the very end.

    As https://docs.python.org/3/library/signal.html#note-on-sigpipe has it.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        if error.errno in _NOBODY_READS:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
    except ValueError:  # closed already
        return
