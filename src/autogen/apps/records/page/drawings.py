"""The drawings of a page: who spoke to whom, and when what was done. All are SVG, coloured by the page's style."""

from __future__ import annotations

from itertools import pairwise
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from autogen.apps.records.page.text import safe, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autogen.apps.records.page.story import Step, Story

_RADIUS = 26
_MOST_CHARS = 18
_LANE, _LEFT, _WIDTH = 34, 152, 1000
_TOP, _TOP_OF_IDLE = 6, 26
_IN_A_ROW = (1, 2)
_FEWEST_AROUND = 4
_SHORTEST = 3.0
_IDLE_SHARE = 0.15
_IDLE_WIDTH = 36.0
_TICKS = 5


def ways_drawing(story: Story) -> str:
    """Return who spoke to whom, or after whom in a group, and how often; empty for nobody."""
    names = [name for name in story.agents if any(name in way for way in story.ways)]
    if not names:
        return ""
    hub = _hub(story, names)
    places, width, height = _places(len(names) - (hub is not None))
    where = dict(zip((name for name in names if name != hub), places, strict=True))
    if hub is not None:
        where[hub] = (width / 2, height / 2)
    most = max(story.ways.values())
    arrows = [
        _arrow(
            where[start],
            where[end],
            count,
            most,
            is_answered=start != end and (end, start) in story.ways,
            middle=(width / 2, height / 2),
        )
        for (start, end), count in story.ways.items()
    ]
    nodes = [_node(name, story.agents[name].colour, where[name]) for name in names]
    told = "; ".join(f"{start} to {end}: {count}" for (start, end), count in story.ways.items())
    return (
        f'<svg class="ways" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{safe(told)}">'
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="9" markerHeight="9" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1 9 5 0 9z"/></marker></defs>'
        f"{''.join(arrows)}{''.join(nodes)}</svg>"
    )


def _hub(story: Story, names: Sequence[str]) -> str | None:
    """Return who speaks with everybody, where nobody else does: the one in the middle."""
    partners = {name: {other for way in story.ways if name in way for other in way if other != name} for name in names}
    everywhere = [name for name in names if len(partners[name]) == len(names) - 1]
    return everywhere[0] if len(names) >= _FEWEST_AROUND and len(everywhere) == 1 else None


def _places(count: int) -> tuple[list[tuple[float, float]], float, float]:
    """Return where the agents stand: two side by side, more on an ellipse; and width and height of the drawing."""
    if count in _IN_A_ROW:
        return [(90 + 240 * place, 75) for place in range(count)], 180 + 240 * (count - 1), 150
    across, down = max(145, 26 * count), max(105, 18 * count)
    middle = (across + 75, down + 60)
    turns = [2 * pi * (place / count) - pi / 2 for place in range(count)]
    return (
        [(middle[0] + across * cos(turn), middle[1] + down * sin(turn)) for turn in turns],
        2 * middle[0],
        2 * middle[1],
    )


def _node(name: str, colour: int, place: tuple[float, float]) -> str:
    x, y = place
    return (
        f'<g class="a{colour}"><title>{safe(name)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}"/>'
        f'<text class="letter" x="{x:.1f}" y="{y:.1f}">{safe(name[:1].upper())}</text>'
        f'<text class="name" x="{x:.1f}" y="{y + _RADIUS + 16:.1f}">{safe(_short(name))}</text></g>'
    )


def _arrow(
    start: tuple[float, float],
    end: tuple[float, float],
    count: int,
    most: int,
    *,
    is_answered: bool,
    middle: tuple[float, float],
) -> str:
    """Return an arrow with its number, bent to one side where another comes back."""
    thick = 1.2 + 2.8 * count / most
    if start == end:
        path, at = _loop(start, middle)
    else:
        (x0, y0), (x1, y1) = start, end
        length = hypot(x1 - x0, y1 - y0)
        along = ((x1 - x0) / length, (y1 - y0) / length)
        bend = 26 if is_answered else 0
        over = ((x0 + x1) / 2 + along[1] * bend * 2, (y0 + y1) / 2 - along[0] * bend * 2)
        first, last = _towards(start, over, _RADIUS + 3), _towards(end, over, _RADIUS + 5)
        path = f"M{first[0]:.1f} {first[1]:.1f}Q{over[0]:.1f} {over[1]:.1f} {last[0]:.1f} {last[1]:.1f}"
        at = ((x0 + x1) / 2 + along[1] * (bend + 14), (y0 + y1) / 2 - along[0] * (bend + 14))
    return (
        f'<path class="way" d="{path}" stroke-width="{thick:.1f}" marker-end="url(#tip)"/>'
        f'<text class="count" x="{at[0]:.1f}" y="{at[1]:.1f}">{count}</text>'
    )


def _loop(place: tuple[float, float], middle: tuple[float, float]) -> tuple[str, tuple[float, float]]:
    """Return an arrow from an agent to itself, on the side away from the middle, and where its number stands."""
    x, y = place
    is_on_top = abs(x - middle[0]) < _RADIUS and y <= middle[1]
    outward = -pi / 2 if is_on_top else 0.0 if x > middle[0] else pi
    begin, end = outward - 0.45, outward + 0.45
    first = (x + (_RADIUS + 2) * cos(begin), y + (_RADIUS + 2) * sin(begin))
    last = (x + (_RADIUS + 5) * cos(end), y + (_RADIUS + 5) * sin(end))
    far = [(x + 84 * cos(turn), y + 84 * sin(turn)) for turn in (outward - 0.55, outward + 0.55)]
    path = (
        f"M{first[0]:.1f} {first[1]:.1f}C{far[0][0]:.1f} {far[0][1]:.1f} {far[1][0]:.1f} {far[1][1]:.1f} "
        f"{last[0]:.1f} {last[1]:.1f}"
    )
    return path, (x + 80 * cos(outward), y + 80 * sin(outward))


def _towards(start: tuple[float, float], end: tuple[float, float], by: float) -> tuple[float, float]:
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1
    return start[0] + (end[0] - start[0]) * by / length, start[1] + (end[1] - start[1]) * by / length


class _Piece(NamedTuple):
    """A stretch of time on the axis; `idle_s` is how long nothing happened, for one that is drawn short."""

    begin_s: float
    end_s: float
    x: float
    width: float
    idle_s: float = 0.0


def timeline_drawing(story: Story) -> str:
    """Return when each agent did what; long times without anything are drawn short. Empty where nothing was done."""
    spans = [(each, *_span(each, story.began)) for each in story.steps if each.ended is not None]
    if not spans:
        return ""
    lanes = {name: place for place, name in enumerate(dict.fromkeys(each.started.source for each, *_ in spans))}
    worked = [(begin, end) for each, begin, end in spans if each.started.kind != "human"]
    pieces = _axis(worked or [(begin, end) for _, begin, end in spans], max(end for *_, end in spans))
    top = _TOP_OF_IDLE if any(piece.idle_s for piece in pieces) else _TOP
    height = top + _LANE * len(lanes) + 26
    rows = [_lane(name, top + _LANE * place) for name, place in lanes.items()]
    bars = [_bar(each, begin, end, pieces, top + _LANE * lanes[each.started.source] + 7) for each, begin, end in spans]
    return (
        f'<svg class="timeline" viewBox="0 0 {_WIDTH + 30} {height}" role="img" aria-label="When what was done">'
        f"{''.join(rows)}{''.join(_ticks(pieces, top, height))}{''.join(bars)}</svg>"
    )


def _lane(name: str, y: float) -> str:
    return (
        f'<text class="lane" x="{_LEFT - 12}" y="{y + _LANE / 2}">{safe(_short(name))}</text>'
        f'<line class="rule" x1="{_LEFT}" x2="{_WIDTH}" y1="{y + _LANE}" y2="{y + _LANE}"/>'
    )


def _short(name: str) -> str:
    return name if len(name) <= _MOST_CHARS else f"{name[: _MOST_CHARS - 1]}…"


def _span(step: Step, began: float) -> tuple[float, float]:
    assert step.ended is not None
    end = step.ended.time - began
    return max(0.0, min(step.started.time - began, end)), max(0.0, end)


def _bar(step: Step, begin: float, end: float, pieces: Sequence[_Piece], y: float) -> str:
    assert step.ended is not None
    x = _x(begin, pieces)
    width = max(_SHORTEST, _x(end, pieces) - x)
    started = step.started
    has_failed = step.ended.error is not None and not step.is_waiting
    how = "waits" if step.is_waiting else "failed" if has_failed else span(step.took_s)
    kind = f"{started.kind} bad" if has_failed else started.kind
    return (
        f'<a href="#s{started.step_id}"><rect class="{kind}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_LANE - 14}" '
        f'rx="3"><title>{safe(f"{started.source}: {started.kind} {started.name}, {how}")}</title></rect></a>'
    )


def _axis(spans: Sequence[tuple[float, float]], last: float) -> list[_Piece]:
    """Return the axis in pieces: where something happens, in proportion; where nothing does for long, short.

    Waiting for a human is nothing.
    """
    busy: list[list[float]] = []
    for begin, end in sorted(spans):
        if busy and begin <= busy[-1][1]:
            busy[-1][1] = max(busy[-1][1], end)
        else:
            busy.append([begin, end])
    worked = sum(end - begin for begin, end in busy) or 1e-3
    cuts = [(0.0, *busy[0][:1])] if busy[0][0] else []
    cuts += [(one[1], other[0]) for one, other in pairwise([*busy, [last, last]])]
    cuts = [(begin, end) for begin, end in cuts if end - begin > _IDLE_SHARE * worked]
    shown = last - sum(end - begin for begin, end in cuts) or 1e-3
    scale = max(10.0, _WIDTH - _LEFT - _IDLE_WIDTH * len(cuts)) / shown
    pieces: list[_Piece] = []
    at, x = 0.0, float(_LEFT)
    for begin, end in [*cuts, (last, last)]:
        if begin > at:
            pieces.append(_Piece(at, begin, x, (begin - at) * scale))
            x += (begin - at) * scale
        if end > begin:
            pieces.append(_Piece(begin, end, x, _IDLE_WIDTH, end - begin))
            x += _IDLE_WIDTH
        at = end
    return pieces or [_Piece(0.0, last or 1e-3, float(_LEFT), float(_WIDTH - _LEFT))]


def _x(seconds: float, pieces: Sequence[_Piece]) -> float:
    for piece in pieces:
        if seconds <= piece.end_s:
            share = (seconds - piece.begin_s) / (piece.end_s - piece.begin_s or 1.0)
            return piece.x + piece.width * min(1.0, max(0.0, share))
    return pieces[-1].x + pieces[-1].width


def _ticks(pieces: Sequence[_Piece], top: float, height: float) -> Iterator[str]:
    shown = sum(piece.end_s - piece.begin_s for piece in pieces if not piece.idle_s) or 1.0
    step = _round(shown / _TICKS)
    for piece in pieces:
        if piece.idle_s:
            middle = piece.x + piece.width / 2
            yield (
                f'<rect class="idle" x="{piece.x + 2:.1f}" y="{top}" width="{piece.width - 4:.1f}" height="{height - top - 22}"/>'
                f'<text class="tick" x="{middle:.1f}" y="{top - 11}">{span(piece.idle_s)}</text>'
            )
            continue
        since = piece.begin_s if pieces[0] is not piece else 0.0
        for number in range(int(-(-(piece.begin_s - since) // step)), int((piece.end_s - since) // step) + 1):
            x = _x(since + number * step, [piece])
            told = f"{'+' if since else ''}{span(number * step)}" if number else "0" if not since else ""
            yield (
                f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{height - 22}"/>'
                f'<text class="tick" x="{x:.1f}" y="{height - 6}">{told}</text>'
            )


def _round(seconds: float) -> float:
    """Return a round number of seconds that is not much less."""
    for unit in (0.001, 0.01, 0.1, 1.0, 10.0):
        for factor in (1, 2, 5):
            if unit * factor >= seconds:
                return unit * factor
    minute = 60.0
    return next((minute * each for each in (1, 2, 5, 10, 30, 60, 180, 720) if minute * each >= seconds), 86_400.0)
