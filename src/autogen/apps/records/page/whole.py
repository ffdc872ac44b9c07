"""The page as a whole: head, overview, drawings and transcript, with style and script inside."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from autogen._version import __version__
from autogen.apps.records.page.drawings import timeline_drawing, ways_drawing
from autogen.apps.records.page.story import story_of, words_of
from autogen.apps.records.page.text import moment, money, name, safe, span
from autogen.apps.records.page.transcript import avatar, transcript
from autogen.messages import tool_calls_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.apps.records.page.story import Said, Story, Tally
    from autogen.events import Event

_HERE = Path(__file__).parent
_TITLE_CHARS, _LINE_CHARS = 140, 48
_MARKUP = str.maketrans("", "", "*`")
_HEADING = re.compile(r"^[ \t]*(?:#{1,6}|[-+>])[ \t]+", re.MULTILINE)
_MANY_AGENTS = 5
_GOOD = frozenset({"answered", "condition", "exit", "max_turns", "terminated"})
_KEYS = (
    ("j", "next message"),
    ("k", "the one before"),
    ("o", "open or close what was done"),
    ("/", "find"),
    ("t", "light or dark"),
)


def page_of(run_id: str, events: Sequence[Event]) -> str:
    """Return the page of a run; it asks for nothing outside of it, and runs nothing that was said."""
    story = story_of(events)
    style, script = ((_HERE / file).read_text(encoding="utf-8") for file in ("page.css", "page.js"))
    policy = f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    title = _title(story, run_id)
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)}</title><style>{style}</style></head><body>"
        f'<a class="skip" href="#transcript">To the transcript</a>{_head(run_id, title, story)}'
        f'<div class="columns">{_contents(story)}<main>{_overview(story)}'
        f'<section id="transcript" aria-label="Transcript"><h2>Transcript</h2>{"".join(transcript(story))}</section>'
        f"{_foot(run_id)}</main></div><script>{script}</script></body></html>"
    )
    return page.encode("utf-8", "backslashreplace").decode()


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _title(story: Story, run_id: str) -> str:
    words = " ".join(story.opening.translate(_MARKUP).split())
    return shorten(words, _TITLE_CHARS, placeholder=" …") or run_id


def _head(run_id: str, title: str, story: Story) -> str:
    agents = list(story.agents.values())
    state = "is not over" if not story.ending else story.ending
    kind = (
        "good"
        if story.ending_kind in _GOOD
        else "open"
        if not story.ending or story.ending_kind == "pending"
        else "bad"
    )
    calls, tokens = sum(each.calls for each in agents), sum(each.input_tokens + each.output_tokens for each in agents)
    facts = (
        ("messages", f"{len(story.said):,}"),
        ("model calls", f"{calls:,}"),
        ("tokens", f"{tokens:,}"),
        ("cost", _cost(agents)),
        ("took", span(max(0.0, story.ended - story.began))),
    )
    told = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in facts)
    return (
        f'<header class="top"><div class="bar"><p class="run">run <b>{name(run_id)}</b> · {moment(story.began)}</p>'
        '<button id="theme" type="button" hidden title="light or dark (t)">◐</button></div>'
        f'<h1>{safe(title)}</h1><p class="state {kind}">{safe(state)}</p><dl class="facts">{told}</dl></header>'
    )


def _cost(agents: Sequence[Tally]) -> str:
    calls, unknown = sum(each.calls for each in agents), sum(each.unknown_cost for each in agents)
    cost = money(sum(each.cost_usd for each in agents))
    if calls and unknown == calls:
        return "unknown"
    return f"≥ {cost}" if unknown else cost


def _contents(story: Story) -> str:
    rows = "".join(
        f'<li><a href="#m{said.number}"><i class="a{story.agents[said.event.source].colour}"></i>'
        f"<b>{name(said.event.source)}</b> <span>{safe(_line(said))}</span></a></li>"
        for said in story.said
        if not said.is_outcome
    )
    return (
        '<nav aria-label="Messages"><label class="find" hidden>Find <input id="find" type="search" autocomplete="off"></label>'
        f'<p id="found" role="status"></p><ol>{rows}</ol></nav>'
    )


def _line(said: Said) -> str:
    words = " ".join(_HEADING.sub("", words_of(said.event.message)).translate(_MARKUP).split())
    words = words or ", ".join(
        str((call.get("function") or {}).get("name")) for call in tool_calls_of(said.event.message)
    )
    return words if len(words) <= _LINE_CHARS else f"{words[:_LINE_CHARS]}…"


def _overview(story: Story) -> str:
    ways, timeline = ways_drawing(story), timeline_drawing(story)
    parts = [f'<section class="agents"><h2>Agents</h2>{_table(story)}</section>' if story.agents else ""]
    if ways:
        wide = ' class="wide"' if len(story.agents) > _MANY_AGENTS else ""
        parts.append(f'<section{wide}><h2>Who spoke to whom</h2><div class="drawing">{ways}</div></section>')
    if timeline:
        legend = "".join(f'<span class="{kind}">{kind}</span>' for kind in ("model", "tool", "code", "human"))
        parts.append(
            f'<section class="wide"><h2>When</h2><div class="drawing scroll" tabindex="0">{timeline}</div>'
            f'<p class="legend">{legend}</p></section>'
        )
    return f'<div class="overview">{"".join(parts)}</div>'


def _table(story: Story) -> str:
    agents = list(story.agents.values())
    highest = max((each.cost_usd for each in agents), default=0.0)
    rows = "".join(_row(each, highest) for each in agents)
    return (
        '<div class="scroll"><table><thead><tr><th>agent</th><th>cost</th><th>messages</th><th>calls</th>'
        f"<th>tokens in</th><th>out</th><th>worked</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(agent: Tally, highest: float) -> str:
    cost = _cost([agent]) if agent.calls else ""
    if agent.cost_usd:
        cost += (
            f'<svg class="share a{agent.colour}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect width="{100 * agent.cost_usd / highest:.1f}" height="4"/></svg>'
        )
    counts = (agent.messages, agent.calls, agent.input_tokens, agent.output_tokens)
    cells = "".join(f"<td>{count:,}</td>" if count else "<td></td>" for count in counts)
    worked = span(agent.busy_s) if agent.busy_s else ""
    head = f"<th>{avatar(agent.name, agent.colour)}{name(agent.name)}</th>"
    return f"<tr>{head}<td>{cost}</td>{cells}<td>{worked}</td></tr>"


def _foot(run_id: str) -> str:
    keys = " ".join(f"<kbd>{key}</kbd> {does}" for key, does in _KEYS)
    return (
        f'<footer class="end"><p class="keys" hidden>{keys}</p><p>The record of {name(run_id)}, written by autogen '
        f"{safe(__version__)}. This page holds all that it shows, and asks for nothing.</p></footer>"
    )
