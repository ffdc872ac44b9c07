"""When a conversation ends: conditions that join with `|` and `&`, each with a reason to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogen.messages import text_of, tool_calls_of
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.core.run import Scope
    from autogen.messages import ChatMessage


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as a condition sees it.

    Args:
        messages: what was said, oldest first; each with the `name` of who said it.
        turns: how many messages that is, in this conversation.
        scope: the place in the run: its usage and clock.
    """

    messages: Sequence[ChatMessage]
    turns: int
    scope: Scope

    @property
    def last(self) -> ChatMessage:
        """The message said last."""
        return self.messages[-1]


def reason_to_stop(condition: StopCondition | None, messages: Sequence[ChatMessage], scope: Scope) -> StopReason | None:
    """Return why a conversation ends by its condition or its run's switch; `None` if it goes on."""
    switch = scope.run.switch
    if switch.is_stopped:
        return StopReason("stopped", detail=switch.reason)
    if condition is None or not messages:
        return None
    why = condition.reason(Talk(messages, len(messages), scope))
    return StopReason("condition", detail=why) if why else None


class StopCondition:
    """Tells of a conversation why it is to end now, or that it goes on.

    Join conditions with `|` (either ends it) and `&` (it ends when all hold).
    """

    def reason(self, talk: Talk) -> str | None:
        """Return a sentence that says why it ends, or `None`."""
        raise NotImplementedError(f"{type(self).__name__} must say when it holds: def reason(self, talk)")

    def __or__(self, other: StopCondition) -> StopCondition:
        return Either((self, other))

    def __and__(self, other: StopCondition) -> StopCondition:
        return Both((self, other))


@dataclass(frozen=True)
class Either(StopCondition):
    """Ends when one of several holds, with the reason of the first."""

    conditions: tuple[StopCondition, ...]

    def reason(self, talk: Talk) -> str | None:
        """Return the first reason."""
        return next((why for condition in self.conditions if (why := condition.reason(talk))), None)


@dataclass(frozen=True)
class Both(StopCondition):
    """Ends when all of several hold, with all their reasons."""

    conditions: tuple[StopCondition, ...]

    def reason(self, talk: Talk) -> str | None:
        """Return all reasons, if all have one."""
        reasons = [condition.reason(talk) for condition in self.conditions]
        return " and ".join(filter(None, reasons)) if all(reasons) else None


@dataclass(frozen=True)
class MaxTurns(StopCondition):
    """Ends after so many messages, the opening one included."""

    turns: int

    def reason(self, talk: Talk) -> str | None:
        """See `StopCondition.reason`."""
        return f"{self.turns} messages were said" if talk.turns >= self.turns else None


@dataclass(frozen=True)
class Says(StopCondition):
    """Ends when a message has this text in it: said by anyone, or by one agent only.

    Tool answers do not count, nor does code: the word must stand outside of fenced blocks.
    """

    text: str
    by: str | None = None

    def reason(self, talk: Talk) -> str | None:
        """See `StopCondition.reason`."""
        last = talk.last
        if last.get("role") in {"tool", "function"} or (self.by is not None and last.get("name") != self.by):
            return None
        outside = "".join(text_of(last).split("```")[::2])
        return f"{last.get('name') or 'someone'} said {self.text!r}" if self.text in outside else None


@dataclass(frozen=True)
class TokensUsed(StopCondition):
    """Ends when the conversation has used so many tokens, in and out together."""

    tokens: int

    def reason(self, talk: Talk) -> str | None:
        """See `StopCondition.reason`."""
        used = talk.scope.ledger.total().total_tokens
        return f"{used} tokens were used (of {self.tokens})" if used >= self.tokens else None


@dataclass(frozen=True)
class MoneySpent(StopCondition):
    """Ends when the conversation has cost so much, in US dollars, where prices are known."""

    cost_usd: float

    def reason(self, talk: Talk) -> str | None:
        """See `StopCondition.reason`."""
        spent = talk.scope.ledger.total().cost_usd
        return f"${spent:.4f} were spent (of ${self.cost_usd:g})" if spent >= self.cost_usd else None


@dataclass(frozen=True)
class TimePassed(StopCondition):
    """Ends when the run has taken so many seconds."""

    seconds: float

    def reason(self, talk: Talk) -> str | None:
        """See `StopCondition.reason`."""
        passed = talk.scope.run.elapsed_s()
        return f"{passed:.1f} s have passed (of {self.seconds:g} s)" if passed >= self.seconds else None


@dataclass(frozen=True)
class ToolCalled(StopCondition):
    """Ends when a tool of this name was called, and has answered."""

    name: str

    def reason(self, talk: Talk) -> str | None:
        """See `StopCondition.reason`."""
        if not (talk.last.get("role") in {"tool", "function"} and len(talk.messages) > 1):
            return None
        asked = talk.messages[-2]
        names = [entry.get("function", {}).get("name") for entry in tool_calls_of(asked)]
        names.append(asked.get("function_call", {}).get("name"))
        return f"{asked.get('name') or 'someone'} called {self.name}" if self.name in names else None


@dataclass(frozen=True)
class NoProgress(StopCondition):
    """Ends when the same exchange comes again and again: thanks without end, or agents who echo one another.

    Args:
        repeats: how often a stretch of messages must have been said in a row.
        longest: how many messages such a stretch has at most.
    """

    repeats: int = 3
    longest: int = 6

    def reason(self, talk: Talk) -> str | None:
        """See `StopCondition.reason`."""
        said = talk.messages
        for length in range(1, self.longest + 1):
            needed = length * self.repeats
            if len(said) < needed:
                return None
            recent = [_gist(message) for message in said[-needed:]]
            if all(recent[place] == recent[place - length] for place in range(length, needed)):
                what = "the same message" if length == 1 else f"the same {length} messages"
                return f"no progress: {what} came {self.repeats} times in a row"
        return None


@dataclass(frozen=True)
class When(StopCondition):
    """Ends when a function of the talk says so: it returns a sentence, or true or false; it must return at once."""

    holds: Callable[[Talk], Any]

    def reason(self, talk: Talk) -> str | None:
        """See `StopCondition.reason`."""
        verdict = self.holds(talk)
        if isinstance(verdict, str):
            return verdict or None
        return f"{getattr(self.holds, '__name__', 'a condition')} holds" if verdict else None


def _gist(message: ChatMessage) -> tuple[object, str, str]:
    """Return what makes two messages the same: the words without case, space and marks, and the calls without ids."""
    words = "".join(character for character in text_of(message).casefold() if character.isalnum())
    calls = [str(entry.get("function")) for entry in tool_calls_of(message)]
    return message.get("role") in {"tool", "function"}, words, " ".join(calls)
