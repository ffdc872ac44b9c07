"""What a guard is, and what it may say: a function that looks at a text or at a call of a tool."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from autogen.core.sync import call


@dataclass(frozen=True, slots=True)
class Block:
    """Do not let it through; `reason` is what is said instead."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Let this through instead: a text, or the arguments of a tool as a dict."""

    content: Any


@dataclass(frozen=True, slots=True)
class Ask:
    """Let the agent's human decide; `question` is what is asked."""

    question: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A call of a tool, before it is made.

    Args:
        agent: name of the agent that would make it.
        name: the tool's name.
        arguments: as the model wrote them, read from JSON.
    """

    agent: str
    name: str
    arguments: dict[str, Any]


Verdict = Block | Rewrite | Ask | None
"""`None` lets it through as it is."""

Guard = Callable[[Any], Verdict | Awaitable[Verdict]]


async def judged(
    guards: Sequence[Guard], value: Any, allow: Callable[[str], Awaitable[bool]]
) -> tuple[Any, str | None]:
    """Return (what is let through, `None`), or (what was judged last, the reason why it is not).

    The guards are asked in order, each about what those before it made of the value.

    Args:
        guards: functions, sync or async.
        value: a text or a `ToolUse`.
        allow: asks the human a question.

    Raises:
        TypeError: a guard said something else than a verdict.
    """
    for guard in guards:
        verdict = await call(guard, value)
        if isinstance(verdict, Block):
            return value, verdict.reason
        if isinstance(verdict, Rewrite):
            value = _rewritten(value, verdict.content, guard)
        elif isinstance(verdict, Ask):
            if not await allow(verdict.question):
                return value, "This was not allowed."
        elif verdict is not None:
            raise TypeError(f"A guard returns Block, Rewrite, Ask or None, not {verdict!r} ({guard!r})")
    return value, None


def _rewritten(value: Any, content: Any, guard: Guard) -> Any:
    wanted = dict if isinstance(value, ToolUse) else str
    if not isinstance(content, wanted):
        raise TypeError(f"Rewrite holds a {wanted.__name__} here, not {content!r} ({guard!r})")
    new = cast("Any", content)
    return replace(value, arguments=new) if isinstance(value, ToolUse) else new
