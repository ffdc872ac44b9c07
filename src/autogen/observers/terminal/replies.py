"""Replies that are shown while they arrive, and the page that they share with all else that is told of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from autogen.observers.safe_text import safe_line, safe_text
from autogen.observers.terminal.screen import MarkdownPainter
from autogen.observers.wording import header

if TYPE_CHECKING:
    from collections.abc import Hashable

    from autogen.events import ChatStarted, Event, TokenStreamed
    from autogen.observers.terminal.screen import Screen

_MAX_STREAMED = 200_000


class Page:
    """A run's part of the screen: its chats, the inner ones indented."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.chats: dict[int, ChatStarted] = {}

    def begin(self, chat_id: int) -> None:
        """Begin something new in this chat, on a line of its own."""
        chat = self.chats.get(chat_id)
        self.screen.begin(chat.depth if chat is not None else 0)

    def notice(self, event: Event, text: str, style: str) -> None:
        """Show a line in the chat of the event."""
        self.begin(event.parent_id)
        self.screen.line(text, style)

    def header(self, source: str, recipient: str, note: str = "") -> None:
        """Show who speaks to whom."""
        text, ink = header(source, recipient), self.screen.ink
        if ink is not None:
            name = safe_line(source)
            text = ink.speaker(name) + ink.paint(text[len(name) :], "recipient")
        self.screen.line(f"{text} ({note})\n" if note else f"{text}\n")

    def painter(self) -> MarkdownPainter | None:
        """Return what shows the text of a message in colours; `None` where there are none."""
        ink = self.screen.ink
        return MarkdownPainter(self.screen, ink) if ink is not None else None

    def peer_of(self, source: str, chat_id: int) -> str:
        """Return whom a reply that has not been said yet will be said to, where there is only one other member."""
        chat = self.chats.get(chat_id)
        others = [name for name in chat.members if name != source] if chat is not None else []
        return others[0] if len(others) == 1 else ""


class _Reply:
    """A reply that arrives in pieces: how far it is, and how far it was shown."""

    __slots__ = ("chat_id", "has_begun", "is_reasoning", "is_shown_whole", "painter", "pieces", "size", "source")

    def __init__(self, source: str, chat_id: int, painter: MarkdownPainter | None) -> None:
        self.source, self.chat_id, self.painter = source, chat_id, painter
        self.pieces: list[str] = []
        self.size = 0
        self.has_begun = False
        self.is_shown_whole = True
        self.is_reasoning = False


class Replies:
    """The streamed replies of a run: one has the current line, others are shown when they are whole."""

    def __init__(self, page: Page) -> None:
        self._page, self._screen = page, page.screen
        self._arriving: dict[int, _Reply] = {}
        self._unsent: dict[str, _Reply] = {}

    def piece(self, event: TokenStreamed) -> None:
        """Show a piece of a reply, if no other reply has the line."""
        screen, step_id = self._screen, event.step_id
        if event.kind == "tool_call" or (event.kind == "reasoning" and screen.ink is None):
            return
        reply = self._arriving.get(step_id)
        if reply is None:
            reply = self._arriving[step_id] = _Reply(event.source, event.parent_id, self._page.painter())
        key = (id(self), step_id)
        has_line = screen.live == key or self._take_the_line(reply, key)
        if event.kind == "reasoning":
            self._reasoning(reply, event.text, has_line=has_line)
        else:
            self._content(reply, event.text, has_line=has_line)

    def _reasoning(self, reply: _Reply, text: str, *, has_line: bool) -> None:
        if has_line:
            reply.is_reasoning = True
            self._screen.write(safe_text(text), "reasoning")

    def _content(self, reply: _Reply, text: str, *, has_line: bool) -> None:
        reply.size += len(text)
        if not (has_line and reply.is_shown_whole) or reply.size > _MAX_STREAMED:
            reply.is_shown_whole = False
            reply.pieces.clear()
            return
        reply.pieces.append(text)
        if reply.is_reasoning:
            reply.is_reasoning = False
            self._screen.write("\n" if self._screen.is_at_line_start else "\n\n")
        if reply.painter is None:
            self._screen.write(safe_text(text))
        else:
            reply.painter.feed(safe_text(text), is_live=True)

    def _take_the_line(self, reply: _Reply, key: Hashable) -> bool:
        """Begin a streamed reply, or go on with one that was interrupted; `False` if another one has the line."""
        if self._screen.live is not None or not reply.is_shown_whole:
            return False
        self._page.begin(reply.chat_id)
        note = "continued" if reply.has_begun else ""
        self._page.header(reply.source, self._page.peer_of(reply.source, reply.chat_id), note)
        if reply.has_begun and reply.painter is not None:
            reply.painter.break_line()
        reply.has_begun, reply.is_reasoning = True, False
        self._screen.live = key
        return True

    def ended(self, step_id: int, *, has_failed: bool) -> None:
        """Note that all pieces have come; what the reply says is expected to be sent, unless the step has failed."""
        reply = self._arriving.pop(step_id, None)
        if reply is None:
            return
        if self._screen.live == (id(self), step_id):
            if reply.painter is not None:
                reply.painter.finish(is_live=True)
            self._page.begin(reply.chat_id)
        if not has_failed:
            self._unsent[reply.source] = reply

    def sent(self, source: str, text: str) -> Literal["none", "shown", "partly"]:
        """Take note that a message was sent: was there a streamed reply of its author, and did it show the text?"""
        reply = self._unsent.pop(source, None)
        if reply is None or not reply.has_begun:
            return "none"
        return "shown" if reply.is_shown_whole and "".join(reply.pieces).strip() == text.strip() else "partly"

    def drop_unsent(self, source: str) -> None:
        """End a reply that was shown as it arrived and then not said to anyone."""
        reply = self._unsent.pop(source, None)
        if reply is not None and reply.has_begun:
            self._page.begin(reply.chat_id)
            self._screen.line("(not sent)", "quiet")
            self._screen.rule()

    def drop_unsent_in(self, chat_id: int) -> None:
        """End all such replies of a chat."""
        for source in [source for source, reply in self._unsent.items() if reply.chat_id == chat_id]:
            self.drop_unsent(source)

    def restart(self, chat_id: int) -> None:
        """Forget the pieces of an attempt that failed in this chat: what comes next begins anew."""
        for step_id in [step_id for step_id, reply in self._arriving.items() if reply.chat_id == chat_id]:
            del self._arriving[step_id]
