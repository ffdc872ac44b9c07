"""The console: tells what happens in a run, to a person at a terminal, in a file, or behind a stream of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.events import (
    AutoReplied,
    CallQueued,
    ChatEnded,
    ChatStarted,
    InputRequested,
    MessageSent,
    ModelSwitched,
    NoticeRaised,
    RetryScheduled,
    RunEnded,
    RunResumed,
    SpeakerSelected,
    StepEnded,
    StepStarted,
    TokenStreamed,
    ToolEndedLate,
)
from autogen.observers.safe_text import safe_line, safe_text
from autogen.observers.terminal.replies import Page, Replies
from autogen.observers.terminal.screen import current_screen, has_own_stream, is_terminal
from autogen.observers.wording import (
    Part,
    body_of,
    code_intent,
    code_outcome,
    content_of,
    duration,
    ending,
    files_written,
    fold,
    next_speaker,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.events import Event
    from autogen.observers.terminal.screen import Screen

FOLD_LINES = 40
_FOLD_MESSAGE_LINES = 2_000


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


class _View:
    """What is known of one run, as far as showing it needs it."""

    def __init__(self, screen: Screen, fold_lines: int | None) -> None:
        self.screen, self._page = screen, Page(screen)
        self._replies = Replies(self._page)
        self._fold_lines = fold_lines
        self._waits: set[int] = set()
        self._result: tuple[StepEnded, str] | None = None
        self._last_text = ""

    # Chats

    def chat_started(self, event: ChatStarted) -> None:
        """Remember who talks, and announce a chat within a chat."""
        self._page.chats[event.step_id] = event
        if event.depth:
            self._page.begin(event.step_id)
            self.screen.line(f">>>>>>>> NESTED CHAT: {', '.join(map(safe_line, event.members))}", "quiet")

    def chat_ended(self, event: ChatEnded) -> None:
        """Say what it took and why it ended."""
        self._show_result()
        self._replies.drop_unsent_in(event.step_id)
        self._page.begin(event.step_id)
        is_failure = event.reason.kind in {"failed", "cancelled"}
        if event.depth:
            told = f">>>>>>>> NESTED CHAT ENDED: {safe_line(str(event.reason), 300)}"
            self.screen.line(told, "bad" if is_failure else "quiet")
        else:
            told, ink = ending(event), self.screen.ink
            if ink is not None and not ink.fits(told, 0):
                told = told.replace("; ended: ", "\nended: ", 1)
            self.screen.line(told, "bad" if is_failure else "ending")
        self._page.chats.pop(event.step_id, None)

    def run_resumed(self, event: RunResumed) -> None:
        """Say that what comes is not the beginning."""
        if event.messages:
            told = f"{event.messages} recorded message{'s' * (event.messages != 1)}"
            self.screen.line(f">>>>>>>> {safe_line(event.run_id, 100)} GOES ON after {told}", "quiet")

    def run_ended(self, event: RunEnded) -> None:  # noqa: ARG002 - the chat has told the reason
        """Leave the screen as one would wish to find it."""
        self._show_result()
        self.screen.begin(0)
        if self.screen.spinner is not None:
            self.screen.spinner.resume(id(self))
            for step_id in self._waits:
                self.screen.spinner.stop((id(self), step_id))

    # What is said

    def token(self, event: TokenStreamed) -> None:
        """Show a piece of a reply."""
        self._replies.piece(event)

    def message(self, event: MessageSent) -> None:
        """Show what was said; only what is still missing, if it was shown while it arrived."""
        text = content_of(event.message)
        shown = self._replies.sent(event.source, text)
        if shown == "shown":
            self._result = None
            self._parts(parts_of(event.message, self._fold_lines))
        else:
            if shown == "partly":
                self.screen.rule()
            body = self._body(event, text)  # what was printed and is not told in it comes before its header
            self._page.begin(event.parent_id)
            self._page.header(event.source, event.recipient)
            self._parts(body)
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
            painter = self._page.painter() if part.style == "message" else None
            if painter is not None:
                painter.feed(part.text, is_live=False)
                painter.finish(is_live=False)
            else:
                self.screen.line(part.text.removesuffix("\n"), part.style)

    # What is done

    def step_started(self, event: StepStarted) -> None:
        """Announce code and tools, and tell what is being waited for."""
        self._show_result()
        self._replies.drop_unsent(event.source)
        spinner = self.screen.spinner
        if event.kind == "human":
            if spinner is not None:
                spinner.pause(id(self))
            return
        if event.kind == "code":
            self._announce_code(event)
        elif event.kind == "tool":
            self._page.notice(event, f">>>>>>>> EXECUTING FUNCTION {safe_line(event.name)}...", "tool")
        if spinner is not None and event.kind != "tool":
            self._waits.add(event.step_id)
            doing = "running code" if event.kind == "code" else safe_line(event.name)
            spinner.start((id(self), event.step_id), f"{safe_line(event.source)}: {doing}")

    def _announce_code(self, event: StepStarted) -> None:
        for block in event.input.get("blocks", ()):
            code = str(block.get("code", ""))
            self._page.notice(event, code_intent(str(block.get("language", "")), code), "tool")
            if code.strip() not in self._last_text:
                self.screen.write(fold(code, self._fold_lines))

    def step_ended(self, event: StepEnded) -> None:
        """Tell how it went."""
        spinner = self.screen.spinner
        if spinner is not None:
            spinner.resume(id(self))
            spinner.stop((id(self), event.step_id))
            self._waits.discard(event.step_id)
        self._replies.ended(event.step_id, has_failed=event.error is not None)
        if event.error is not None:
            if not event.error.startswith(("CancelledError", "KeyboardInterrupt", "NobodyThere")):
                told = f"{safe_line(event.name)} after {duration(event.duration_s)}: {safe_line(event.error, 500)}"
                self._page.notice(event, f">>>>>>>> FAILED: {told}", "bad")
        elif event.kind == "code":
            output: Any = event.output or {}
            self._page.notice(event, code_outcome(event), "bad" if output.get("exit_code") else "good")
            if wrote := files_written(event):
                self._page.notice(event, f">>>>>>>> WROTE {wrote}", "quiet")
            self._result = (event, str(output.get("output", "")))

    def _show_result(self) -> None:
        """Show the output of code that no message has told."""
        result, self._result = self._result, None
        if result is not None and result[1]:
            self._page.begin(result[0].parent_id)
            self.screen.write(fold(result[1], self._fold_lines))

    # What else there is

    def auto_replied(self, event: AutoReplied) -> None:
        """Say that no human spoke."""
        if event.skipped:
            self._page.notice(event, ">>>>>>>> NO HUMAN INPUT RECEIVED.", "quiet")
        self._page.notice(event, ">>>>>>>> USING AUTO REPLY...", "quiet")

    def chosen(self, event: SpeakerSelected) -> None:
        """Say who of a group has the floor, and why."""
        self._page.notice(event, next_speaker(event), "quiet")

    def asked(self, event: InputRequested) -> None:
        """Make room for the question, which whoever asks will show."""
        self._page.begin(event.parent_id)
        if self.screen.spinner is not None:
            self.screen.spinner.pause(id(self))

    def retry(self, event: RetryScheduled) -> None:
        """Say that a model will be asked again."""
        self._replies.restart(event.parent_id)
        attempt = f"attempt {event.attempt} failed: {safe_line(event.error, 300)}"
        told = f">>>>>>>> RETRYING {safe_line(event.model)} in {duration(event.wait_s)} ({attempt})"
        self._page.notice(event, told, "notice")

    def switched(self, event: ModelSwitched) -> None:
        """Say that another model is asked."""
        self._replies.restart(event.parent_id)
        failure = f"{safe_line(event.failed)} failed: {safe_line(event.error, 300)}"
        self._page.notice(event, f">>>>>>>> ASKING {safe_line(event.next)}, for {failure}", "notice")

    def queued(self, event: CallQueued) -> None:
        """Say that a model is asked later, where that may take a while."""
        if event.limit in {"requests_per_minute", "tokens_per_minute", "retry_after"}:
            self._page.notice(event, f">>>>>>>> WAITING TO ASK {safe_line(event.model)} ({event.limit})", "quiet")

    def ended_late(self, event: ToolEndedLate) -> None:
        """Say what came of a tool that nobody waited for any more."""
        told = f"{safe_line(event.name)} ended after {duration(event.after_s)}: {safe_line(event.content, 300)}"
        self._page.notice(event, f">>>>>>>> TOO LATE: {told}", "notice")

    def notice(self, event: NoticeRaised) -> None:
        """Pass on what the user should know."""
        text = safe_text(event.text).replace("\n", "\n    ")
        style = {"info": "quiet", "error": "bad"}.get(event.level, "notice")
        self._page.notice(event, f"[{event.level}] {text}", style)


_SHOWN: dict[type[Any], Callable[[_View, Any], None]] = {
    ChatStarted: _View.chat_started,
    ChatEnded: _View.chat_ended,
    RunEnded: _View.run_ended,
    RunResumed: _View.run_resumed,
    TokenStreamed: _View.token,
    MessageSent: _View.message,
    StepStarted: _View.step_started,
    StepEnded: _View.step_ended,
    AutoReplied: _View.auto_replied,
    SpeakerSelected: _View.chosen,
    InputRequested: _View.asked,
    RetryScheduled: _View.retry,
    ModelSwitched: _View.switched,
    CallQueued: _View.queued,
    ToolEndedLate: _View.ended_late,
    NoticeRaised: _View.notice,
}
