"""A run as one page: it holds all that it shows, and opens in any browser without a network."""

from __future__ import annotations

import json
import time
from html import escape
from typing import TYPE_CHECKING, Any, cast

from autogen.events import ChatEnded, ChatStarted, MessageSent, RunEnded, RunResumed, StepEnded, StepStarted
from autogen.messages import text_of, tool_calls_of
from autogen.observers.wording import files_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autogen.events import Event

_PICTURES = ("data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;")
_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
article, details { border: 1px solid #8884; border-radius: 8px; padding: .5rem 1rem; margin: .6rem 0 }
details { opacity: .85; font-size: 13px } header { font-weight: 600 } time, small { color: #888; font-weight: 400 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; font: 13px/1.45 ui-monospace, monospace }
pre.code { background: #8881; border-radius: 6px; padding: .6rem } img { max-width: 100% }
.bar { display: inline-block; height: .6em; background: #48c; border-radius: 3px; min-width: 2px }
table { border-collapse: collapse } td, th { padding: .1rem .8rem .1rem 0; text-align: left }
"""


def page_of(run_id: str, events: Sequence[Event]) -> str:
    """Return the page of a run: what was said, what was done, what it took and cost."""
    body = "".join(_parts(events))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<meta name='viewport' content='width=device-width'><title>{_safe(run_id)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{_safe(run_id)}</h1>{_summary(events)}{body}</body></html>"
    )


def _parts(events: Sequence[Event]) -> Iterator[str]:
    began = {event.step_id: event for event in events if isinstance(event, StepStarted)}
    longest = max((event.duration_s for event in events if isinstance(event, StepEnded)), default=0.0) or 1.0
    for event in events:
        if isinstance(event, MessageSent):
            yield _message(event)
        elif isinstance(event, StepEnded) and event.step_id in began:
            yield _step(began[event.step_id], event, longest)
        elif isinstance(event, ChatStarted):
            yield f"<h2>{_safe(', '.join(event.members))}</h2>"
        elif isinstance(event, RunResumed):
            yield f"<p><small>gone on with by {_safe(event.owner)}, {_when(event.time)}</small></p>"
        elif isinstance(event, (ChatEnded, RunEnded)):
            what = "The chat" if isinstance(event, ChatEnded) else "The run"
            yield f"<p><small>{what} ended: {_safe(str(event.reason))}</small></p>"


def _message(event: MessageSent) -> str:
    head = f"{_safe(event.source)} → {_safe(event.recipient)} <time>{_when(event.time)}</time>"
    calls = "".join(
        f"<pre class='code'>{_safe(json.dumps(call.get('function')))}</pre>" for call in tool_calls_of(event.message)
    )
    return f"<article><header>{head}</header>{_text(text_of(event.message))}{_pictures(event.message)}{calls}</article>"


def _text(text: str) -> str:
    """Return text with the code in it set apart."""
    shown: list[str] = []
    for number, part in enumerate(text.split("```")):
        if part.strip():
            shown.append(f"<pre{' class=code' if number % 2 else ''}>{_safe(part.strip(chr(10)))}</pre>")
    return "".join(shown)


def _pictures(message: Any) -> str:
    content = message.get("content")
    parts = cast("list[Any]", content) if isinstance(content, list) else []
    addresses = [str((part.get("image_url") or {}).get("url", "")) for part in parts if isinstance(part, dict)]  # type: ignore[union-attr]
    return "".join(f'<img alt="" src="{escape(url)}">' for url in addresses if url.startswith(_PICTURES))


def _step(began: StepStarted, ended: StepEnded, longest: float) -> str:
    width = max(1, round(100 * ended.duration_s / longest))
    usage = ended.usage
    cost = (
        ""
        if usage is None
        else f" · {usage.total_tokens} tokens" + (f" · ${usage.cost_usd:.4f}" if usage.cost_usd else "")
    )
    wrote = f" · wrote {_safe(files)}" if (files := files_written(ended)) else ""
    came = ended.error or json.dumps(ended.output, ensure_ascii=False, indent=1)
    return (
        f"<details><summary>{_safe(began.source)}: {began.kind} {_safe(began.name)} · {ended.duration_s:.3f} s{cost}{wrote} "
        f"<span class='bar' style='width:{width}px'></span></summary>"
        f"<pre>{_safe(json.dumps(began.input, ensure_ascii=False, indent=1))}</pre><pre>{_safe(came)}</pre></details>"
    )


def _summary(events: Sequence[Event]) -> str:
    used = [event.usage for event in events if isinstance(event, StepEnded) and event.usage is not None]
    said = sum(isinstance(event, MessageSent) for event in events)
    rows = {
        "began": _when(events[0].time) if events else "",
        "took": f"{events[-1].time - events[0].time:.1f} s" if events else "",
        "messages": str(said),
        "model calls": str(len(used)),
        "tokens": str(sum(usage.total_tokens for usage in used)),
        "cost": f"${sum(usage.cost_usd or 0 for usage in used):.4f}",
    }
    return "<table>" + "".join(f"<tr><th>{key}</th><td>{value}</td></tr>" for key, value in rows.items()) + "</table>"


def _safe(text: str) -> str:
    return escape(text.encode("utf-8", "backslashreplace").decode())


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
