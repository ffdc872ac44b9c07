"""An agent's memories: one thread for each partner, and within a run, one for each conversation."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, SupportsIndex, cast

from autogen.agents.threads.shared_log import LogView, Prefixed, is_plain
from autogen.core.place import current_scope
from autogen.messages import ChatMessage, OpenCalls, unroll

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.agents.threads.shared_log import SharedLog
    from autogen.core.agent import Agent
    from autogen.core.run import Scope
    from autogen.stop_reason import StopReason


_NOT_FED = -1
expected: ContextVar[tuple[Agent, int, Any, Any] | None] = ContextVar("autogen_expected", default=None)
"""(agent, depth, how its model is asked, type of its answers) in the chats of that depth that begin now."""


class Messages(list[ChatMessage]):
    """The messages of a thread: an ordinary list, which counts the edits other than appending (`edits`)."""

    edits = 0

    def __setitem__(self, index: Any, value: Any) -> None:
        self.edits += 1
        super().__setitem__(index, value)

    def __delitem__(self, index: Any) -> None:
        self.edits += 1
        super().__delitem__(index)

    def insert(self, index: SupportsIndex, value: ChatMessage) -> None:
        """Put a message before the one at `index`."""
        self.edits += 1
        super().insert(index, value)

    def pop(self, index: SupportsIndex = -1) -> ChatMessage:
        """Take a message out."""
        self.edits += 1
        return super().pop(index)

    def remove(self, value: ChatMessage) -> None:
        """Take the first equal message out."""
        self.edits += 1
        super().remove(value)

    def clear(self) -> None:
        """Take all messages out."""
        self.edits += 1
        super().clear()

    def reverse(self) -> None:
        """Turn the order round."""
        self.edits += 1
        super().reverse()


class Thread:
    """One agent's memory of one conversation; see `chats.member.Thread`.

    The first `_plain` messages were plain when they were kept. `auto_replies` counts the replies given since a human last had a say; `reply_at_receive` is `None` until it is set;
    `view_state` is what transforms of the context keep, and `heard` what guards do; `ask` is how the agent's model is asked in this conversation if not
    as everywhere, and `output` the type of its answers; `group` and `last_speaker` are of the group that a manager chairs in this conversation.
    """

    __slots__ = (
        "_calls",
        "_edits",
        "_fed",
        "_kept",
        "_plain",
        "_rendered",
        "_seen",
        "_system",
        "_view",
        "answered_by",
        "ask",
        "auto_replies",
        "ending",
        "group",
        "heard",
        "last_speaker",
        "output",
        "reply_at_receive",
        "view_state",
    )

    def __init__(self, messages: list[ChatMessage] | None = None) -> None:
        self._kept = Messages(messages or ())
        self._view: LogView | None = None
        self._fed = _NOT_FED
        self.group: Any = None
        self.last_speaker: Agent | None = None
        self.auto_replies = 0
        self.reply_at_receive: bool | None = None
        self.ending: StopReason | None = None
        self.answered_by = ""
        self.view_state: Any = None
        self.heard: Any = None
        self.ask: Any = None
        self.output: Any = None
        self._rendered: list[ChatMessage] = []
        self._system: list[ChatMessage] | None = None
        self._calls = OpenCalls()
        self._seen = self._edits = self._plain = 0

    @property
    def said(self) -> Sequence[ChatMessage]:
        """The conversation, for reading: the list itself, or a view of a group's log."""
        return self._kept if self._view is None else self._view if self._fed == _NOT_FED else self.messages

    @property
    def messages(self) -> list[ChatMessage]:
        """The conversation as a list, which its reader may change; from then on, what a group says is added to it."""
        view = self._view
        if view is not None:
            self._kept.extend(view.since(None if self._fed == _NOT_FED else self._fed))
            self._fed = len(view.log.entries)
        return self._kept

    def keep(self, message: ChatMessage) -> None:
        """Add a message."""
        messages = self._kept if self._view is None else self.messages
        if self._plain == len(messages) and is_plain(message):
            self._plain += 1
        messages.append(message)

    def join(self, log: SharedLog, owner: Agent, *, is_mirrored: bool = False, start: int = 0) -> None:
        """Remember from now on what is said in a group; see `LogView` for the arguments."""
        before = self.messages
        self._view = LogView(before, log, owner, is_mirrored=is_mirrored, start=start)
        self._fed = _NOT_FED
        if not all(map(is_plain, before)):
            log.is_plain = False

    def leave(self) -> None:
        """Keep what was heard in a group so far, and hear no more of it."""
        self._kept = cast("Messages", self.messages)
        self._view, self._fed = None, _NOT_FED

    def rendered(self, system: list[ChatMessage], view: Callable[[ChatMessage], ChatMessage]) -> Sequence[ChatMessage]:
        """Return system message and conversation as a model is to see them; only what is new is looked at.

        It grows from turn to turn, and is for reading.
        """
        if self._view is not None and self._fed == _NOT_FED and self._view.log.is_plain:
            return Prefixed(system, self._view)
        messages = cast("Messages", self.messages)
        if self._system is not system or self._edits != messages.edits or self._seen > len(messages):
            self._rendered, self._seen, self._calls = list(system), 0, OpenCalls()
            self._system, self._edits = system, messages.edits
        new = messages[self._seen :] if self._seen else messages
        all_plain = self._plain == len(messages) and not messages.edits
        if not self._calls.are_open and (all_plain or all(map(is_plain, new))):
            self._rendered.extend(new)
        else:
            for message in new:
                for each in unroll([message]) if "tool_responses" in message else (message,):
                    self._rendered.extend(self._calls.before(each))
                    self._rendered.append(view(each))
        self._seen = len(messages)
        return self._rendered


class History:
    """The threads of one agent by partner; inside a run, those of that run.

    Args:
        owner: the agent.
        earlier: conversations to go on with, by partner.
    """

    def __init__(self, owner: Agent, earlier: dict[Agent, list[ChatMessage]] | None = None) -> None:
        self._owner = owner
        self._threads: dict[Agent | None, Thread] = {
            peer: Thread(messages) for peer, messages in (earlier or {}).items()
        }

    def of(self, peer: Agent | None) -> Thread:
        """Return the thread with `peer`: the one that goes on in the current run, or else the last one."""
        scope = current_scope()
        if scope is not None:
            thread = scope.threads.get((self._owner, peer)) or scope.thread_of(self._owner, peer)
            if thread is not None:
                return thread
        thread = self._threads.get(peer)
        if thread is None:
            thread = self._threads[peer] = Thread()
        if scope is not None:
            scope.threads[(self._owner, peer)] = thread
        return thread

    def begin(self, peer: Agent | None, scope: Scope, *, clear: bool, reply_at_receive: bool) -> Thread:
        """Begin a conversation in `scope`: with a fresh thread, or the last one if it is not to be cleared."""
        thread = Thread() if clear else self.of(peer)
        thread.reply_at_receive = reply_at_receive
        thread.auto_replies = 0
        thread.ending = None
        wanted = expected.get()
        is_meant = wanted is not None and wanted[0] is self._owner and wanted[1] == scope.depth
        thread.ask, thread.output = wanted[2:] if is_meant and wanted else (None, None)
        self._threads[peer] = thread
        scope.threads[(self._owner, peer)] = thread
        scope.own.add((self._owner, peer))
        return thread

    def settle(self, peer: Agent | None, scope: Scope) -> None:
        """Make the conversation that ends in `scope` the last one with `peer`."""
        self._threads[peer] = scope.threads[(self._owner, peer)]

    def by_peer(self) -> dict[Agent, Thread]:
        """Return all threads as seen from here, by partner."""
        found: dict[Agent | None, Thread] = dict(self._threads)
        scope = current_scope()
        here: dict[Agent | None, Thread] = {}
        while scope is not None:
            for (owner, peer), thread in scope.threads.items():
                if owner is self._owner:
                    here.setdefault(peer, thread)
            scope = scope.parent
        found.update(here)
        return {peer: thread for peer, thread in found.items() if peer is not None}

    def forget(self, peer: Agent | None = None, keep: int = 0) -> None:
        """Clear the conversation with one partner, or with all; the last `keep` messages stay.

        A tool's answer is not kept without the call it answers: then one message more stays.
        """
        for thread in self.by_peer().values() if peer is None else [self.of(peer)]:
            messages = thread.messages
            kept = keep
            if 0 < kept < len(messages) and messages[-kept].get("role") in {"tool", "function"}:
                kept += 1
            del messages[: max(0, len(messages) - kept)]

    def threads_of(self, peer: Agent | None) -> list[Thread]:
        """Return the thread with one partner, or all of them."""
        if peer is not None:
            return [self.of(peer)]
        return [*self.by_peer().values(), self.of(None)]


class ReplyAtReceive(MutableMapping["Agent", bool]):
    """Whether a message from an agent is answered as it comes: `reply_at_receive` of the classic, by partner."""

    def __init__(self, history: History) -> None:
        self._history = history

    def __getitem__(self, peer: Agent) -> bool:
        return bool(self._history.of(peer).reply_at_receive)

    def __setitem__(self, peer: Agent, value: bool) -> None:
        self._history.of(peer).reply_at_receive = value

    def __delitem__(self, peer: Agent) -> None:
        self._history.of(peer).reply_at_receive = None

    def __iter__(self) -> Iterator[Agent]:
        known = self._history.by_peer()
        return iter([peer for peer, thread in known.items() if thread.reply_at_receive is not None])

    def __len__(self) -> int:
        return sum(1 for _ in self)
