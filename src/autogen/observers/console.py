"""The console: tells what happens in a run, to a person at a terminal, in a file, or behind a stream of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.events import (
    AutoReplied,
    ChatEnded,
    ChatStarted,
    InputRequested,
    MessageSent,
    ModelSwitched,
    NoticeRaised,
    RetryScheduled,
    RunEnded,
    StepEnded,
    StepStarted,
    TokenStreamed,
)
from autogen.observers.safe_text import safe_line, safe_text
from autogen.observers.screen import MarkdownPainter, current_screen, has_own_stream, is_terminal
from autogen.observers.wording import (
    Part,
    body_of,
    code_intent,
    code_outcome,
    content_of,
    duration,
    ending,
    fold,
    header,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.events import Event
    from autogen.observers.screen import Screen

FOLD_LINES = 40
_FOLD_MESSAGE_LINES = 2_000
_MAX_STREAMED = 200_000


class ConsoleObserver:
    """Shows runs as they happen, except what is silent; one may watch any number of runs.

    Text goes to the `IOStream` that the application has set, otherwise to standard output: with colours, streamed
    replies and a spinner on a terminal, as plain text anywhere else (or with `NO_COLOR`, or `TERM=dumb`).

    Args:
        stream_tokens: ask for replies in pieces; `None` does so on a terminal.
        fold_lines: longest output of code or tools that is shown whole; `None` for no bound.
    """

    def __init__(self, *, stream_tokens: bool | None = None, fold_lines: int | None = FOLD_LINES) -> None:
        self.sees_silent = False
        self.wants_tokens = (is_terminal() and not has_own_stream()) if stream_tokens is None else stream_tokens
        self._fold_lines = fold_lines
        self._views: dict[str, _View] = {}

    def on_event(self, event: Event) -> None:
        """Show what happened."""
        view = self._views.get(event.run_id)
        if view is None:
            view = self._views[event.run_id] = _View(current_screen(), self._fold_lines)
        kind = type(event)
        show = _SHOWN.get(kind)
        if show is not None and not getattr(event, "silent", False):
            with view.screen.lock:
                show(view, event)
        if kind is RunEnded:
            del self._views[event.run_id]


class _Reply:
    """A reply that arrives in pieces: how far it is, and how far it was shown."""

    __slots__ = ("chat_id", "is_reasoning", "is_shown_whole", "painter", "pieces", "size", "source")

    def __init__(self, source: str, chat_id: int, painter: MarkdownPainter | None) -> None:
        self.source, self.chat_id, self.painter = source, chat_id, painter
        self.pieces: list[str] = []
        self.size = 0
        self.is_shown_whole = True
        self.is_reasoning = False


class _View:
    """What is known of one run, as far as showing it needs it."""

    def __init__(self, screen: Screen, fold_lines: int | None) -> None:
        self.screen = screen
        self._fold_lines = fold_lines
        self._chats: dict[int, ChatStarted] = {}
        self._replies: dict[int, _Reply] = {}
        self._unsent: dict[str, _Reply] = {}
        self._result: tuple[StepEnded, str] | None = None
        self._last_text = ""

    # Chats

    def chat_started(self, event: ChatStarted) -> None:
        """Remember who talks, and announce a chat within a chat."""
        self._chats[event.step_id] = event
        if event.depth:
            self._begin(event.step_id)
            self.screen.line(f">>>>>>>> NESTED CHAT: {', '.join(map(safe_line, event.members))}", "quiet")

    def chat_ended(self, event: ChatEnded) -> None:
        """Say what it took and why it ended."""
        self._show_result()
        for source in [source for source, reply in self._unsent.items() if reply.chat_id == event.step_id]:
            self._close_unsent(source)
        self._begin(event.step_id)
        is_failure = event.reason.kind in {"failed", "cancelled"}
        if event.depth:
            self.screen.line(
                f">>>>>>>> NESTED CHAT ENDED: {safe_line(str(event.reason), 300)}", "bad" if is_failure else "quiet"
            )
        else:
            self.screen.line(ending(event), "bad" if is_failure else "ending")
        self._chats.pop(event.step_id, None)

    def run_ended(self, event: RunEnded) -> None:  # noqa: ARG002 - the chat has told the reason
        """Leave the screen as one would wish to find it."""
        self._show_result()
        self.screen.begin(0)
        if self.screen.spinner is not None:
            self.screen.spinner.resume(id(self))
            for step_id in self._replies:
                self.screen.spinner.stop((id(self), step_id))

    # What is said

    def token(self, event: TokenStreamed) -> None:
        """Show a piece of a reply, if no other reply has the line."""
        screen, step_id = self.screen, event.step_id
        if event.kind == "tool_call" or (event.kind == "reasoning" and screen.ink is None):
            return
        reply = self._replies.get(step_id)
        if reply is None:
            reply = self._replies[step_id] = _Reply(event.source, event.parent_id, self._painter())
        key = (id(self), step_id)
        has_line = screen.live == key or self._take_the_line(reply, key)
        if event.kind == "reasoning":
            reply.is_reasoning = has_line
            screen.write(safe_text(event.text) if has_line else "", "reasoning")
            return
        if reply.is_reasoning:
            reply.is_reasoning = False
            screen.write("\n" if screen.is_at_line_start else "\n\n")
        reply.pieces.append(event.text)
        reply.size += len(event.text)
        if not (has_line and reply.is_shown_whole) or reply.size > _MAX_STREAMED:
            reply.is_shown_whole = False
        elif reply.painter is None:
            screen.write(safe_text(event.text))
        else:
            reply.painter.feed(safe_text(event.text), is_live=True)

    def _take_the_line(self, reply: _Reply, key: tuple[int, int]) -> bool:
        """Begin a streamed reply, or go on with one that was interrupted; `False` if another one has the line."""
        if self.screen.live is not None:
            return False
        self._begin(reply.chat_id)
        self._header(reply.source, self._peer_of(reply), "continued" if reply.pieces else "")
        if reply.pieces and reply.painter is not None:
            reply.painter.break_line()
        self.screen.live = key
        return True

    def message(self, event: MessageSent) -> None:
        """Show what was said; only what is still missing, if it was shown while it arrived."""
        text = content_of(event.message)
        reply = self._unsent.pop(event.source, None)
        if reply is not None and reply.is_shown_whole and "".join(reply.pieces).strip() == text.strip():
            self._result = None
            self._parts(parts_of(event.message, self._fold_lines))
        else:
            if reply is not None:
                self.screen.rule()
            self._begin(event.parent_id)
            self._header(event.source, event.recipient)
            self._parts(self._body(event, text))
        self._last_text = text
        self.screen.rule()

    def _body(self, event: MessageSent, text: str) -> list[Part]:
        """Return what is to be shown of a message; the output of code in it is folded."""
        result, self._result = self._result, None
        if result is not None and result[0].source == event.source and result[1] in text:
            return [Part(fold(text, self._fold_lines), "output")]
        if result is not None:
            self._result = result
            self._show_result()
        return [
            Part(fold(part.text, None if self._fold_lines is None else _FOLD_MESSAGE_LINES), "message")
            if not part.style and part.text == text
            else part
            for part in body_of(event.message, self._fold_lines)
        ]

    def _parts(self, parts: list[Part]) -> None:
        for part in parts:
            if not self.screen.is_at_line_start:
                self.screen.write("\n")
            painter = self._painter() if part.style == "message" else None
            if painter is not None:
                painter.feed(part.text, is_live=False)
                painter.finish(is_live=False)
            else:
                self.screen.line(part.text.removesuffix("\n"), part.style)

    # What is done

    def step_started(self, event: StepStarted) -> None:
        """Announce code and tools, and tell what is being waited for."""
        self._show_result()
        self._close_unsent(event.source)
        spinner = self.screen.spinner
        if event.kind == "human":
            if spinner is not None:
                spinner.pause(id(self))
            return
        if event.kind == "code":
            self._announce_code(event)
        elif event.kind == "tool":
            self._notice(event, f">>>>>>>> EXECUTING FUNCTION {safe_line(event.name)}...", "tool")
        if spinner is not None and event.kind != "tool":
            spinner.start((id(self), event.step_id), f"{safe_line(event.source)}: {safe_line(event.name)}")

    def _announce_code(self, event: StepStarted) -> None:
        for block in event.input.get("blocks", ()):
            code = str(block.get("code", ""))
            self._notice(event, code_intent(str(block.get("language", "")), code), "tool")
            if code.strip() not in self._last_text:
                self.screen.write(fold(code, self._fold_lines))

    def step_ended(self, event: StepEnded) -> None:
        """Tell how it went."""
        spinner = self.screen.spinner
        if spinner is not None:
            spinner.resume(id(self))
            spinner.stop((id(self), event.step_id))
        reply = self._replies.pop(event.step_id, None)
        if reply is not None:
            self._finish(reply, event)
        if event.error is not None:
            if not event.error.startswith(("CancelledError", "KeyboardInterrupt")):
                told = f"{safe_line(event.name)} after {duration(event.duration_s)}: {safe_line(event.error, 500)}"
                self._notice(event, f">>>>>>>> FAILED: {told}", "bad")
        elif event.kind == "code":
            output: Any = event.output or {}
            self._notice(event, code_outcome(event), "bad" if output.get("exit_code") else "good")
            self._result = (event, str(output.get("output", "")))

    def _finish(self, reply: _Reply, event: StepEnded) -> None:
        if reply.painter is not None and self.screen.live == (id(self), event.step_id):
            reply.painter.finish(is_live=True)
        if self.screen.live == (id(self), event.step_id):
            self._begin(reply.chat_id)
        if event.error is None:
            self._unsent[reply.source] = reply

    def _close_unsent(self, source: str) -> None:
        """End a reply that was shown as it arrived and then not said to anyone."""
        reply = self._unsent.pop(source, None)
        if reply is not None:
            self._begin(reply.chat_id)
            self.screen.line("(not sent)", "quiet")
            self.screen.rule()

    def _show_result(self) -> None:
        """Show the output of code that no message has told."""
        result, self._result = self._result, None
        if result is not None and result[1]:
            self._begin(result[0].parent_id)
            self.screen.write(fold(result[1], self._fold_lines))

    # What else there is

    def auto_replied(self, event: AutoReplied) -> None:
        """Say that no human spoke."""
        if event.skipped:
            self._notice(event, ">>>>>>>> NO HUMAN INPUT RECEIVED.", "quiet")
        self._notice(event, ">>>>>>>> USING AUTO REPLY...", "quiet")

    def asked(self, event: InputRequested) -> None:
        """Make room for the question, which whoever asks will show."""
        self._begin(event.parent_id)
        if self.screen.spinner is not None:
            self.screen.spinner.pause(id(self))

    def retry(self, event: RetryScheduled) -> None:
        """Say that a model will be asked again."""
        attempt = f"attempt {event.attempt} failed: {safe_line(event.error, 300)}"
        self._interrupted(event, f">>>>>>>> RETRYING {safe_line(event.model)} in {duration(event.wait_s)} ({attempt})")

    def switched(self, event: ModelSwitched) -> None:
        """Say that another model is asked."""
        failure = f"{safe_line(event.failed)} failed: {safe_line(event.error, 300)}"
        self._interrupted(event, f">>>>>>>> ASKING {safe_line(event.next)}, for {failure}")

    def notice(self, event: NoticeRaised) -> None:
        """Pass on what the user should know."""
        text = safe_text(event.text).replace("\n", "\n    ")
        self._notice(event, f"[{event.level}] {text}", {"info": "quiet", "error": "bad"}.get(event.level, "notice"))

    def _interrupted(self, event: RetryScheduled | ModelSwitched, text: str) -> None:
        for step_id in [
            step_id for step_id, reply in self._replies.items() if reply.source == event.source or not event.source
        ]:
            del self._replies[step_id]  # what comes next begins anew
        self._notice(event, text, "notice")

    # How it is shown

    def _notice(self, event: Event, text: str, style: str) -> None:
        self._begin(event.parent_id)
        self.screen.line(text, style)

    def _begin(self, chat_id: int) -> None:
        chat = self._chats.get(chat_id)
        self.screen.begin(chat.depth if chat is not None else 0)

    def _header(self, source: str, recipient: str, note: str = "") -> None:
        text, ink = header(source, recipient), self.screen.ink
        if ink is not None:
            name = safe_line(source)
            text = ink.speaker(name) + ink.paint(text[len(name) :], "recipient")
        self.screen.line(f"{text} ({note})\n" if note else f"{text}\n")

    def _painter(self) -> MarkdownPainter | None:
        ink = self.screen.ink
        return MarkdownPainter(self.screen, ink) if ink is not None else None

    def _peer_of(self, reply: _Reply) -> str:
        """Return whom a reply that has not been said yet will be said to, where there is only one other member."""
        chat = self._chats.get(reply.chat_id)
        others = [name for name in chat.members if name != reply.source] if chat is not None else []
        return others[0] if len(others) == 1 else ""


_SHOWN: dict[type[Any], Callable[[_View, Any], None]] = {
    ChatStarted: _View.chat_started,
    ChatEnded: _View.chat_ended,
    RunEnded: _View.run_ended,
    TokenStreamed: _View.token,
    MessageSent: _View.message,
    StepStarted: _View.step_started,
    StepEnded: _View.step_ended,
    AutoReplied: _View.auto_replied,
    InputRequested: _View.asked,
    RetryScheduled: _View.retry,
    ModelSwitched: _View.switched,
    NoticeRaised: _View.notice,
}
