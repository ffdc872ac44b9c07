"""Words, code and numbers as HTML: whatever was said shows as it is, and does nothing."""

from __future__ import annotations

import json
import re
import time
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MOST_HIGHLIGHTED = 200_000
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_CENT = 0.01


def safe(text: str) -> str:
    """Return text as HTML; control characters show as their pictures."""
    return escape(_visible(text))


def name(text: str) -> str:
    """Return a name as HTML, which leaves the direction of what stands around it alone."""
    return f"<bdi>{safe(text)}</bdi>"


def prose(text: str) -> str:
    """Return text with its Markdown shown: no HTML in it, and no pictures from elsewhere."""
    return _markdown().render(_visible(text))


def code(text: str, language: str = "") -> str:
    """Return code, coloured by its language where that is known."""
    return f'<pre class="code" tabindex="0"><code>{_coloured(_visible(text), language)}</code></pre>'


def data(value: Any) -> str:
    """Return JSON values as coloured code."""
    return code(json.dumps(value, ensure_ascii=False, indent=2, default=str), "json")


def money(usd: float | None) -> str:
    """Return a price, with four digits below a cent."""
    if usd is None:
        return "price unknown"
    return f"${usd:,.2f}" if usd >= 1 or usd == 0 else f"${usd:.3f}" if usd >= _CENT else f"${usd:.4f}"


def span(seconds: float) -> str:
    """Return a time in words: `230 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3.5 days`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S:.0f} min {seconds % _MINUTE_S:.0f} s".removesuffix(" 0 s")
    if seconds < _DAY_S:
        return f"{seconds // _HOUR_S:.0f} h {seconds % _HOUR_S // _MINUTE_S:.0f} min".removesuffix(" 0 min")
    days = f"{seconds / _DAY_S:.1f}".removesuffix(".0")
    return f"{days} day{'s' * (days != '1')}"


def moment(seconds: float) -> str:
    """Return a time of day and date, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def _visible(text: str) -> str:
    return _CONTROL.sub(lambda found: "\u2421" if found[0] == "\x7f" else chr(0x2400 + ord(found[0])), text)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for pages

    reader = MarkdownIt("commonmark", {"html": False, "highlight": _fence})
    return reader.enable(["table", "strikethrough"]).disable("image")


def _fence(text: str, language: str, attributes: str) -> str:  # noqa: ARG001 - as it is called
    return code(text.removesuffix("\n"), language)


def _coloured(text: str, language: str) -> str:
    from pygments import highlight  # noqa: PLC0415 - only for pages
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415 - as above
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 - as above  # pyright: ignore[reportUnknownVariableType]
    from pygments.util import ClassNotFound  # noqa: PLC0415 - as above

    if not language or len(text) > _MOST_HIGHLIGHTED:
        return escape(text)
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(text)
    return highlight(text, lexer, HtmlFormatter(nowrap=True))
