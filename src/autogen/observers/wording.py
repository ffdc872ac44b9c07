"""What the console says, as text: messages, tool calls, results, endings. Nothing here knows where it will be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.messages import text_of, tool_calls_of
from autogen.observers.safe_text import safe_line, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.events import ChatEnded, SpeakerSelected, StepEnded

RULE_WIDTH = 80
_LONG_LINE = 20_000
_MINUTE_S = 60
_CENT = 0.01
_KILOBYTE = 1_000
_NAMED_FILES = 8


class Part(NamedTuple):
    """A piece of a message to show: safe text that ends with a line end, and what it is."""

    text: str
    style: str = ""


def header(source: str, recipient: str) -> str:
    """Return the line that says who speaks to whom."""
    return f"{safe_line(source)} (to {safe_line(recipient)}):" if recipient else f"{safe_line(source)}:"


def content_of(message: Mapping[str, Any]) -> str:
    """Return a message's text as it is, or what stands in its place; never fails."""
    try:
        return text_of(message)
    except (TypeError, ValueError):
        return f"({type(message.get('content')).__name__} as content)"


def parts_of(message: Mapping[str, Any], fold_lines: int | None) -> list[Part]:
    """Return what is to be shown of a message besides its text: the answers of tools, and the calls it asks for."""
    parts: list[Part] = []
    for answer in message.get("tool_responses") or ():
        parts.extend(
            _starred(f"Response from calling tool ({answer.get('tool_call_id', '')})", content_of(answer), fold_lines)
        )
    call: Any = message.get("function_call")
    if call:
        parts.extend(_starred(f"Suggested function call: {call.get('name', '')}", _arguments(call), fold_lines))
    for tool_call in tool_calls_of(message):
        function: Any = tool_call.get("function") or {}
        parts.extend(
            _starred(
                f"Suggested tool call ({tool_call.get('id', '')}): {function.get('name', '')}",
                _arguments(function),
                fold_lines,
            )
        )
    return parts


def body_of(message: Mapping[str, Any], fold_lines: int | None) -> list[Part]:
    """Return what is to be shown of a message, calls and answers of tools included."""
    text = content_of(message)
    role = message.get("role")
    if message.get("tool_responses") and role in {"tool", "function"}:
        return parts_of(message, fold_lines)
    if role in {"tool", "function"}:
        who = (
            f"function ({message.get('name', '')})"
            if role == "function"
            else f"tool ({message.get('tool_call_id', '')})"
        )
        return _starred(f"Response from calling {who}", text, fold_lines)
    return [*([Part(text)] if text else []), *parts_of(message, fold_lines)]


def fold(text: str, lines: int | None) -> str:
    """Return safe text of at most so many lines, with a line end: the middle gives way to a count of what is left out.

    Very long lines are cut as well; `None` cuts nothing.
    """
    if lines is None:
        return _ended(safe_text(text))
    rows = text.splitlines() if "\r" in text else text.split("\n")
    if rows and not rows[-1]:
        rows.pop()
    if len(rows) > lines:
        head = max(1, lines * 2 // 3)
        tail = max(1, lines - head)
        left_out = rows[head:-tail]
        size = sum(map(len, left_out)) + len(left_out)
        rows = [*rows[:head], f"[... {len(left_out):,} more lines, {size:,} characters ...]", *rows[-tail:]]
    return "".join(f"{safe_text(_cut(row))}\n" for row in rows)


def ending(event: ChatEnded) -> str:
    """Return the last line of a conversation: turns, model calls, tokens, money, time, and why it ended."""
    facts = [_count(event.turns, "turn")]
    if event.model_calls:
        facts += [_count(event.model_calls, "model call"), _count(event.tokens, "token"), _money(event)]
    facts.append(duration(event.duration_s))
    why = str(event.reason).partition("\n")[0]  # an error that goes on is told whole by whoever raises it
    return f"{', '.join(facts)}; ended: {safe_line(why, 300)}"


def duration(seconds: float) -> str:
    """Return a time in words: `0.3 s`, `12 s`, `3 min 05 s`."""
    if seconds < 9.95:  # noqa: PLR2004 - shown as 9.9 s
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < _MINUTE_S else f"{whole // _MINUTE_S} min {whole % _MINUTE_S:02d} s"


def next_speaker(event: SpeakerSelected) -> str:
    """Return the line that says who speaks next in a group, why, and what asking a model for it cost."""
    calls = f", {_count(event.model_calls, 'model call')}" if event.model_calls else ""
    money = f", ${event.cost_usd:.6f}".rstrip("0") if event.cost_usd else ""
    return f"Next speaker: {safe_line(event.speaker)} ({safe_line(event.why, 200)}{calls}{money})"


def code_intent(language: str, code: str) -> str:
    """Return the line that says that a block of code is about to run."""
    lines = _count(code.rstrip("\n").count("\n") + 1, "line")
    return f">>>>>>>> EXECUTING CODE BLOCK (inferred language is {safe_line(language or 'unknown')}, {lines})..."


def code_outcome(event: StepEnded) -> str:
    """Return the line that says how a block of code ended."""
    output: Any = event.output or {}
    return f">>>>>>>> EXIT CODE {safe_line(str(output.get('exit_code')))} after {duration(event.duration_s)}"


def files_written(event: StepEnded) -> str:
    """Return names and sizes of the files that code wrote; empty if it wrote none."""
    output: Any = event.output or {}
    listed: list[Mapping[str, Any]] = output.get("artefacts") or [] if event.kind == "code" else []
    if not listed:
        return ""
    told = [f"{safe_line(str(each.get('name')))} ({size(each.get('size_bytes', 0))})" for each in listed]
    more = f" and {len(told) - _NAMED_FILES} more" if len(told) > _NAMED_FILES else ""
    return f"{', '.join(told[:_NAMED_FILES])}{more}"


def size(size_bytes: float) -> str:
    """Return a size in words: `812 bytes`, `12 kB`, `3.4 MB`."""
    if size_bytes < _KILOBYTE:
        return f"{size_bytes:g} byte{'' if size_bytes == 1 else 's'}"
    kilobytes = size_bytes / _KILOBYTE
    return f"{kilobytes:.0f} kB" if kilobytes < _KILOBYTE else f"{kilobytes / _KILOBYTE:.1f} MB"


def _starred(title: str, text: str, fold_lines: int | None) -> list[Part]:
    line = f"***** {safe_line(title, 200)} *****"
    return [Part(f"{line}\n", "tool"), Part(fold(text, fold_lines)), Part(f"{'*' * len(line)}\n", "tool")]


def _arguments(function: Mapping[str, Any]) -> str:
    return f"Arguments: \n{function.get('arguments') or ''}"


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _cut(row: str) -> str:
    return row if len(row) <= _LONG_LINE else f"{row[:_LONG_LINE]} [... {len(row) - _LONG_LINE:,} more characters]"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _money(event: ChatEnded) -> str:
    if event.unknown_cost >= event.model_calls:
        return "price unknown"
    known = (
        f"${event.cost_usd:.2f}"
        if event.cost_usd >= _CENT or not event.cost_usd
        else f"${event.cost_usd:.6f}".rstrip("0")
    )
    return known if not event.unknown_cost else f"{known} and {_count(event.unknown_cost, 'call')} of unknown price"
