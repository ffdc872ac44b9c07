"""Pictures of a team and of a conversation: Mermaid text, SVG drawn here, PNG by a library.

Mermaid: https://mermaid.js.org/syntax/flowchart.html and …/sequenceDiagram.html (11, 2026).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from autogen.errors import MissingExtra
from autogen.messages import text_of, tool_calls_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.messages import ChatMessage
    from autogen.teams.group_chat import GroupChat

_LONGEST_LABEL = 60
_WIDTH, _HEIGHT = 132, 40


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes and arrows between them, by name; a box may hold a second line."""

    boxes: tuple[tuple[str, str], ...]
    arrows: tuple[tuple[str, str], ...]

    @property
    def mermaid(self) -> str:
        """The flowchart as Mermaid text."""
        ids = {name: f"n{number}" for number, (name, _) in enumerate(self.boxes)}
        lines = ["flowchart LR"]
        lines += [
            f'    {ids[name]}["{_safe(name)}{f"<br/>{_safe(note)}" if note else ""}"]' for name, note in self.boxes
        ]
        lines += [f"    {ids[start]} --> {ids[end]}" for start, end in self.arrows]
        return "\n".join(lines) + "\n"

    @property
    def svg(self) -> str:
        """The flowchart as SVG: the boxes on a circle."""
        count = len(self.boxes)
        radius = max(110.0, count * 34.0)
        size = 2 * (radius + _WIDTH)
        places = {
            name: (
                size / 2 + radius * math.sin(2 * math.pi * place / count),
                size / 2 - radius * math.cos(2 * math.pi * place / count),
            )
            for place, (name, _) in enumerate(self.boxes)
        }
        parts = [_arrow(places[start], places[end]) for start, end in self.arrows]
        parts += [_box(places[name], name, note) for name, note in self.boxes]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size:.0f} {size:.0f}" width="{size:.0f}" height="{size:.0f}" '
            'font-family="sans-serif" font-size="13"><defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" '
            'markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6b7c"/></marker></defs>'
            f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n'
        )

    @property
    def png(self) -> bytes:
        """The flowchart as a PNG picture.

        Raises:
            MissingExtra: the extra `diagram` is not installed.
        """
        try:
            renderer: Any = import_module("resvg_py")
        except ImportError:
            raise MissingExtra("diagram", needed_by="diagram().png") from None
        return bytes(renderer.svg_to_bytes(svg_string=self.svg))


def diagram_of(group: GroupChat, manager: Any) -> Diagram:
    """Draw a group: who may follow whom; where anyone may follow anyone, all around the manager."""
    boxes = [(agent.name, "team" if hasattr(agent, "groupchat") else "") for agent in group.agents]
    method = group.speaker_selection_method
    how = method if isinstance(method, str) else getattr(method, "__name__", type(method).__name__)
    if group.allowed_or_disallowed_speaker_transitions is None:
        arrows = [pair for name in group.agent_names for pair in ((manager.name, name), (name, manager.name))]
        return Diagram(((manager.name, how), *boxes), tuple(arrows))
    ways: Mapping[Any, Sequence[Any]] = group.allowed_speaker_transitions_dict
    return Diagram(tuple(boxes), tuple((agent.name, to.name) for agent in ways for to in ways[agent]))


def sequence_diagram(messages: Sequence[ChatMessage], *, to: str = "chat") -> str:
    """Return a finished conversation as a Mermaid sequence diagram: who said what, in short.

    Args:
        messages: as in `ChatResult.chat_history`, oldest first.
        to: whom a speaker talks to, where only one speaks.
    """
    names = list(dict.fromkeys(str(message.get("name") or message.get("role") or "someone") for message in messages))
    others = names if len(names) > 1 else [*names, to]
    ids = {name: f"p{number}" for number, name in enumerate(others)}
    lines = ["sequenceDiagram", *(f"    participant {ids[name]} as {_safe(name)}" for name in others)]
    for place, message in enumerate(messages):
        name = str(message.get("name") or message.get("role") or "someone")
        following = [str(later.get("name") or later.get("role") or "someone") for later in messages[place + 1 :]]
        listener = next(
            (other for other in following if other != name), next(other for other in others if other != name)
        )
        lines.append(f"    {ids[name]}->>{ids[listener]}: {_label(message)}")
    return "\n".join(lines) + "\n"


def _label(message: ChatMessage) -> str:
    calls = ", ".join(str(entry.get("function", {}).get("name")) for entry in tool_calls_of(message))
    text = " ".join(text_of(message).split()) or (f"calls {calls}" if calls else "(nothing)")
    return _safe(text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…")


def _safe(text: str) -> str:
    """Return text that Mermaid takes as it is: what has a meaning there becomes an entity."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return "".join(f"#{ord(character)};" if character in '"#;<>{}[]()|&`%' else character for character in plain)


def _box(place: tuple[float, float], name: str, note: str) -> str:
    x, y = place
    short = name if len(name) <= 17 else f"{name[:16]}…"  # noqa: PLR2004 - what fits
    second = (
        f'<text x="{x:.0f}" y="{y + 13:.0f}" text-anchor="middle" fill="#5b6b7c" font-size="11">{escape(note)}</text>'
    )
    return (
        f'<g><title>{escape(name)}</title><rect x="{x - _WIDTH / 2:.0f}" y="{y - _HEIGHT / 2:.0f}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" rx="8" fill="#eef3f8" stroke="#3b6ea5"/>'
        f'<text x="{x:.0f}" y="{y + (-2 if note else 5):.0f}" text-anchor="middle" fill="#1c2733">{escape(short)}</text>'
        f"{second if note else ''}</g>"
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Draw an arrow from edge to edge, bent a little so that both directions are seen; a loop for oneself."""
    (x1, y1), (x2, y2) = start, end
    style = 'fill="none" stroke="#5b6b7c" marker-end="url(#tip)"'
    if start == end:
        top, left, right = y1 - _HEIGHT / 2, x1 - 18, x1 + 18
        return f'<path d="M{left:.0f} {top:.0f}C{left:.0f} {top - 34:.0f} {right:.0f} {top - 34:.0f} {right:.0f} {top:.0f}" {style}/>'
    bend_x, bend_y = (x1 + x2) / 2 + (y2 - y1) * 0.09, (y1 + y2) / 2 - (x2 - x1) * 0.09
    (ax, ay), (bx, by) = _edge(start, (bend_x, bend_y)), _edge(end, (bend_x, bend_y))
    return f'<path d="M{ax:.0f} {ay:.0f}Q{bend_x:.0f} {bend_y:.0f} {bx:.0f} {by:.0f}" {style}/>'


def _edge(box: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Return where the line from a box's middle towards a point leaves the box."""
    x, y = box
    dx, dy = towards[0] - x, towards[1] - y
    share = min((_WIDTH / 2) / abs(dx) if dx else math.inf, (_HEIGHT / 2) / abs(dy) if dy else math.inf)
    return (x + dx * share, y + dy * share) if share < math.inf else box
