"""Events: what happened in a run, as facts.

One union, one `to_dict`/`from_dict` pair with a version number. Observers and the journal receive them in order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, cast, get_args

from autogen.facts import quick
from autogen.messages import ChatMessage  # noqa: TC001 - the annotations of an event are read
from autogen.stop_reason import StopReason
from autogen.usage import Usage

VERSION = 1

StepName = Literal["model", "tool", "code", "human"]


@dataclass(frozen=True, slots=True, eq=False)
class _Event:
    """Fields of every event.

    Args:
        source: name of the agent it is about; empty for the run itself.
        run_id: the run.
        step_id: number within the run; steps, chats and turns are numbered together.
        parent_id: the step, chat or turn in which it happened; 0 for the run.
        time: seconds since the epoch (UTC).
    """

    source: str
    run_id: str
    step_id: int
    parent_id: int
    time: float


@quick
@dataclass(frozen=True, slots=True, eq=False)
class RunStarted(_Event):
    """A run began."""


@quick
@dataclass(frozen=True, slots=True, eq=False)
class RunEnded(_Event):
    """A run ended: why, and the error's text if one ended it."""

    reason: StopReason
    error: str | None = None


@quick
@dataclass(frozen=True, slots=True, eq=False)
class RunResumed(_Event):
    """A recorded run goes on after `messages` messages; `owner` is the process, `fence` counts those that held it."""

    owner: str
    fence: int
    messages: int = 0


@quick
@dataclass(frozen=True, slots=True, eq=False)
class ChatStarted(_Event):
    """A conversation began; `depth` is 0 for the outermost, 1 for a nested one, and so on."""

    members: tuple[str, ...]
    depth: int = 0
    silent: bool = False


@quick
@dataclass(frozen=True, slots=True, eq=False)
class ChatEnded(_Event):
    """A conversation ended, after so many messages; `cost_usd` and `tokens` are its own and its nested chats'."""

    reason: StopReason
    turns: int
    depth: int = 0
    silent: bool = False
    tokens: int = 0
    cost_usd: float = 0.0
    unknown_cost: int = 0
    model_calls: int = 0
    duration_s: float = 0.0


@quick
@dataclass(frozen=True, slots=True, eq=False)
class MessageSent(_Event):
    """`source` said `message` to `recipient`."""

    recipient: str
    message: ChatMessage
    silent: bool = False


@quick
@dataclass(frozen=True, slots=True, eq=False)
class StepStarted(_Event):
    """A step into the outside world is about to begin: the intent.

    `input` by kind. model: `{"messages": count, "tools": count}`; tool: `{"arguments": …, "call_id": …}`;
    code: `{"blocks": [{"language", "code"}]}`, with the `approval` of it by its digest, if it needed one; human:
    `{"prompt": …}`. In a recorded run, a model's also holds a `digest` of all that is asked, and a tool's and a model's
    `how` it is done: digests of system message, tools, options and model, or of the function and its state.
    """

    kind: StepName
    name: str
    input: dict[str, Any]
    silent: bool = False


@quick
@dataclass(frozen=True, slots=True, eq=False)
class StepEnded(_Event):
    """A step came back (`output`, JSON-able), or failed (`error`: type and message).

    `output` by kind. model: the message; tool: `{"ok", "content"}`, with `trace`, the
    stack, if the tool raised; code: `{"exit_code", "output"}`, with `artefacts`, each `{"name", "media_type",
    "size_bytes", "sha256"}`, if it wrote files; human: the words.
    `details`: what else is needed to make the outcome anew; only where the run is recorded.
    """

    kind: StepName
    name: str
    output: Any = None
    usage: Usage | None = None
    error: str | None = None
    duration_s: float = 0.0
    silent: bool = False
    details: dict[str, Any] | None = None


@quick
@dataclass(frozen=True, slots=True, eq=False)
class TokenStreamed(_Event):
    """A piece of a model's reply arrived; not part of the record, the whole message follows."""

    text: str
    kind: Literal["content", "reasoning", "tool_call"] = "content"
    silent: bool = False


@quick
@dataclass(frozen=True, slots=True, eq=False)
class InputRequested(_Event):
    """A human is asked. `secret` input is not to be shown while it is typed.

    `approval`: the call that waits to be approved (see `ApprovalRequest.to_dict`), if the run stops for it.
    """

    prompt: str
    secret: bool = False
    approval: dict[str, Any] | None = None


@quick
@dataclass(frozen=True, slots=True, eq=False)
class AutoReplied(_Event):
    """An agent answers by itself where a human could have; `skipped` if the human pressed Enter just now."""

    skipped: bool = False
    silent: bool = False


@quick
@dataclass(frozen=True, slots=True, eq=False)
class SpeakerSelected(_Event):
    """The manager of a group (`source`) gave the floor to `speaker`: why, and what asking a model for it took."""

    speaker: str
    why: str
    model_calls: int = 0
    cost_usd: float = 0.0
    silent: bool = False


@quick
@dataclass(frozen=True, slots=True, eq=False)
class RetryScheduled(_Event):
    """A model call failed and will be tried again after `wait_s` seconds."""

    model: str
    attempt: int
    wait_s: float
    error: str


@quick
@dataclass(frozen=True, slots=True, eq=False)
class ModelSwitched(_Event):
    """A model call failed and the next entry of the list is asked."""

    failed: str
    next: str
    error: str


@quick
@dataclass(frozen=True, slots=True, eq=False)
class CallQueued(_Event):
    """A model call waits for its turn: `limit` is what is in its way, `ahead` calls wait before it.

    `limit` is `requests_per_minute`, `tokens_per_minute`, `max_at_once` or `api_rate_limit`; `retry_after` where the
    provider has asked for a wait; `queue` where only those before it are in its way.
    """

    model: str
    limit: str
    ahead: int = 0


@quick
@dataclass(frozen=True, slots=True, eq=False)
class ToolEndedLate(_Event):
    """A tool ended after its call had been given up (time limit, cancellation); the model is not told.

    `content` is its result, or its error's type and text, shortened; `after_s` counts from the call.
    """

    name: str
    call_id: str
    ok: bool
    content: str
    after_s: float


@quick
@dataclass(frozen=True, slots=True, eq=False)
class NoticeRaised(_Event):
    """Something the user should know; `level` as in logging."""

    level: Literal["info", "warning", "error"]
    text: str


Event = (
    RunStarted
    | RunEnded
    | RunResumed
    | ChatStarted
    | ChatEnded
    | MessageSent
    | StepStarted
    | StepEnded
    | TokenStreamed
    | InputRequested
    | AutoReplied
    | SpeakerSelected
    | RetryScheduled
    | ModelSwitched
    | CallQueued
    | ToolEndedLate
    | NoticeRaised
)

_TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def to_dict(event: Event) -> dict[str, Any]:
    """Return the event as JSON-able data: `{"v": version, "type": name, …fields}`."""
    data: dict[str, Any] = {"v": VERSION, "type": type(event).__name__}
    for field in fields(event):
        value: Any = getattr(event, field.name)
        if isinstance(value, StopReason):
            value = value._asdict()
        elif isinstance(value, Usage):
            value = {f.name: getattr(value, f.name) for f in fields(value)}
        elif isinstance(value, tuple):
            value = list(cast("tuple[str, ...]", value))
        data[field.name] = value
    return data


def from_dict(data: dict[str, Any]) -> Event:
    """Return the event that `to_dict` wrote.

    Raises:
        ValueError: a newer version, or a type this version does not know.
    """
    if data.get("v") != VERSION:
        raise ValueError(f"event version {data.get('v')!r} is not known here (known: {VERSION}); use a newer autogen")
    kind = _TYPES.get(str(data.get("type")))
    if kind is None:
        raise ValueError(f"unknown event type {data.get('type')!r} (known: {', '.join(_TYPES)})")
    values = {key: value for key, value in data.items() if key not in {"v", "type"}}
    if "reason" in values:
        values["reason"] = StopReason(**values["reason"])
    if values.get("usage") is not None:
        values["usage"] = Usage(**values["usage"])
    if "members" in values:
        values["members"] = tuple(values["members"])
    return kind(**values)
