"""Every error of the library.

    AutogenError
    ├── ConversationError
    │   ├── SenderRequired · NoEligibleSpeaker · UndefinedNextAgent · UnknownSpeaker
    │   ├── AgentNameConflict · InvalidCarryOverType
    │   └── LimitReached            a limit on money, tokens, calls, time or depth; names the limit
    ├── ModelError                  a model call that gave no usable reply
    │   ├── NoModel                 nothing is configured; says what to set
    │   ├── ModelRejected           400, 404, 413, 422: asking again will not help
    │   │   └── ContextTooLong
    │   ├── NotAuthorised           401, 403: key or permission
    │   ├── QuotaExhausted          the account is empty
    │   ├── RateLimited             429; `retry_after_s` if the server said so
    │   ├── ModelTimeout            connect, first byte, idle or overall limit; names which
    │   ├── ModelUnavailable        5xx, 408, connection refused or reset
    │   ├── BadReply                not what the protocol says; shows the first 200 characters
    │   ├── IncompleteReply         the stream ended too early; `partial` holds what had arrived
    │   └── OutputInvalid           no answer of the type that was asked for; `said` is the last one
    ├── CodeError
    │   ├── SandboxUnavailable      no way to contain code here; names the ways out
    │   └── CodeServerFailed        a server that runs code elsewhere is away, refuses or breaks off; says which
    ├── JournalError                the record of runs
    │   ├── JournalUnusable         the file cannot be used; names it, and the cure
    │   ├── JournalFailed           it could not be written; nothing of this record was kept
    │   ├── NotStorable             something that is not JSON
    │   ├── JournalDamaged          a record that cannot be read to its end; `events` are those before
    │   ├── UnknownRun · RunExists  no such run; or one that is not to be gone on with
    │   ├── RunInUse                another process is at it; says which, and since when
    │   ├── LeaseLost               another process has taken it over
    │   ├── InDoubt                 a step was begun and nobody knows what came of it; it is not done twice unasked
    │   └── RecordDiffers           the program does something else than it did when it was recorded
    ├── WorkError                   conversations that workers hold
    │   ├── UnknownProgram          no agent, team or function of that name; says what there is
    │   ├── QueueUnusable           the queue's database, or its package, cannot be used; names the cure
    │   └── ConversationFailed      what was submitted has failed, or was cancelled; says why
    ├── ToolError                   meant for the model: becomes a tool message
    ├── ToolServerFailed            a tool server that does not start, or has other tools than were agreed
    └── MissingExtra                an optional package is not installed; names the extra

Wrong arguments are `TypeError` or `ValueError`. An error that ends a chat carries what was said so far in `result`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.messages import ChatMessage


class AutogenError(Exception):
    """Any error of ours; `result` is the conversation so far when the error ended one, otherwise `None`."""

    result: Any = None


class ConversationError(AutogenError):
    """A conversation that cannot go on as asked."""


class SenderRequired(ConversationError):
    """A reply function with a trigger by name was met without a sender."""

    def __init__(
        self, message: str = "A sender is needed here: a reply function is triggered by the sender's name."
    ) -> None:
        super().__init__(message)


class NoEligibleSpeaker(ConversationError):
    """Nobody may speak next."""

    def __init__(self, message: str = "Nobody may speak next.") -> None:
        super().__init__(message)


class UndefinedNextAgent(ConversationError):
    """No next agent can be told from the given ones."""

    def __init__(self, message: str = "The agents given do not overlap with the members of the group.") -> None:
        super().__init__(message)


class UnknownSpeaker(ConversationError, ValueError):
    """A speaker that is not in this chat."""


class AgentNameConflict(ConversationError):
    """Two agents of one name where the name must tell them apart."""

    def __init__(self, message: str = "Several agents have the same name.") -> None:
        super().__init__(message)


class InvalidCarryOverType(ConversationError):
    """A carryover that is neither text nor a list."""

    def __init__(self, message: str = "carryover must be a str or a list of str.") -> None:
        super().__init__(message)


class LimitReached(ConversationError):
    """A limit fired.

    Attributes:
        limit: its name, as in `Limits`.
        value: what was reached, or would have been.
        partial: the words of a reply that was cut off there.
    """

    def __init__(self, limit: str, value: float, allowed: float) -> None:
        self.limit, self.value, self.allowed = limit, value, allowed
        self.partial = ""
        super().__init__(
            f"{limit}={allowed:g} is reached ({value:g}). Raise it in Limits({limit}=…), or end the chat earlier."
        )


class ModelError(AutogenError):
    """A model call that gave no usable reply.

    Attributes:
        model: the model's name, where known.
        status: the HTTP status, where there was one.
        attempts: how often it was tried.
    """

    def __init__(self, message: str, *, model: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.model, self.status, self.attempts = model, status, 1


class NoModel(ModelError):
    """No model is configured; the message says what to set, and how to run offline."""


class ModelRejected(ModelError):
    """The server refuses this request (400, 404, 413, 422); asking again will not help."""


class ContextTooLong(ModelRejected):
    """The conversation does not fit the model's context."""


class NotAuthorised(ModelError):
    """The server refuses the key (401) or the permission (403)."""


class QuotaExhausted(ModelError):
    """The account behind the key has nothing left."""


class RateLimited(ModelError):
    """Too many requests; `retry_after_s` is the wait the server asked for, or `None`."""

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, model: str = "", status: int | None = 429
    ) -> None:
        super().__init__(message, model=model, status=status)
        self.retry_after_s = retry_after_s


class ModelTimeout(ModelError):
    """A time limit of the call fired; the message names it."""


class ModelUnavailable(ModelError):
    """The server failed (5xx, 408) or could not be reached; `retry_after_s` as in `RateLimited`."""

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, model: str = "", status: int | None = None
    ) -> None:
        super().__init__(message, model=model, status=status)
        self.retry_after_s = retry_after_s


class BadReply(ModelError):
    """The server answered something that its protocol does not allow."""


class IncompleteReply(ModelError):
    """The reply ended too early; `partial` is the message as far as it had arrived. It is never an answer."""

    def __init__(self, message: str, *, partial: ChatMessage, model: str = "") -> None:
        super().__init__(message, model=model)
        self.partial = partial


class OutputInvalid(ModelError):
    """The model gave no answer of the type that was asked for; `said` is what it wrote last."""

    def __init__(self, message: str, *, said: str = "", model: str = "") -> None:
        super().__init__(message, model=model)
        self.said = said


class CodeError(AutogenError):
    """Code that could not be run at all (code that runs and fails is an ordinary result)."""


class SandboxUnavailable(CodeError):
    """Nothing here can contain the code; the message names the ways out."""


class CodeServerFailed(CodeError):
    """A server that runs code elsewhere cannot be reached, refuses, or has broken off; the message says which.

    Attributes:
        status: the HTTP status, where there was one.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class JournalError(AutogenError):
    """The record of a run cannot be kept, or not be gone on with."""


class JournalUnusable(JournalError):
    """The file cannot be used as a journal; the message names it, and the cure."""


class JournalFailed(JournalError):
    """The record could not be written, and nothing of it was kept; what was recorded before is there."""


class NotStorable(JournalError, TypeError):
    """Something is to be recorded that is not JSON."""


class JournalDamaged(JournalError):
    """A record that cannot be read to its end; `events` are those before the damage."""

    def __init__(self, message: str, events: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.events = events


class UnknownRun(JournalError, LookupError):
    """No run of this name is recorded."""


class RunExists(JournalError):
    """A run of this name is recorded already, and it is not to be gone on with."""


class RunInUse(JournalError):
    """Another process, or another task of this one, is at the run."""


class LeaseLost(JournalError):
    """Another process has taken the run over; this one must not go on."""


class InDoubt(JournalError):
    """A step that must not happen twice was begun, and nobody knows what came of it.

    Attributes:
        kind, name: the kind of step, and what was called.
        input: what it was called with.
        step_id: its number in the run.
    """

    def __init__(self, kind: str, name: str, given: Any, step_id: int) -> None:
        self.kind, self.name, self.input, self.step_id = kind, name, given, step_id
        shown = repr(given)
        super().__init__(
            f"The {kind} step {name!r} was begun, and nobody knows whether it took effect: {shown:.300}. Find out, and go on "
            "with in_doubt='again' (do it once more), 'skip' (leave it out, with a note to the model), or 'ask' (a human)."
        )


class RecordDiffers(JournalError):
    """The program does something else than it did when it was recorded."""


class WorkError(AutogenError):
    """Something about conversations that workers hold."""


class UnknownProgram(WorkError, LookupError):
    """No agent, team or function of that name; the message says what there is."""


class QueueUnusable(WorkError):
    """The queue's database cannot be used; the message names the cure."""


class ConversationFailed(WorkError):
    """A conversation that was submitted has failed, or was cancelled; `state` says which."""

    def __init__(self, message: str, *, state: str) -> None:
        super().__init__(message)
        self.state = state


class ToolError(AutogenError):
    """Raise it in a tool to tell the model what to mend: it becomes the tool's answer."""


class ToolServerFailed(AutogenError):
    """A tool server does not start, or its tools are not those that were agreed on."""


class MissingExtra(AutogenError, ImportError):
    """An optional package is missing; the message names the extra that brings it."""

    def __init__(self, extra: str, needed_by: str) -> None:
        self.extra = extra
        super().__init__(f"{needed_by} needs packages that are not installed: pip install 'pyautogen[{extra}]'")
