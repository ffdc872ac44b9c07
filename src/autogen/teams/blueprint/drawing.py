"""Boxes on a circle and bent arrows between them, as SVG text and as a PNG picture."""

from __future__ import annotations

import math
from html import escape
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from autogen.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Sequence

    Boxes = Sequence[tuple[str, str]]
    Arrows = Sequence[tuple[str, str]]
    Point = tuple[float, float]

_WIDTH, _HEIGHT, _FONT, _SMALL = 132, 40, 13, 11
_LETTERS = 17  # of a name that fit
_PAPER, _FILL, _RIM, _INK, _GREY = "#ffffff", "#eef3f8", "#3b6ea5", "#1c2733", "#5b6b7c"
_STEPS = 24  # of a bent arrow that is drawn as a line
_SCALE = 2  # pixels for a unit
_TIP = 8


def svg(boxes: Boxes, arrows: Arrows) -> str:
    """Return the picture as SVG."""
    size, places = _places(boxes)
    tip = f'<path d="M0 0L{_TIP} {_TIP / 2}L0 {_TIP}z" fill="{_GREY}"/>'
    marker = (
        f'<marker id="tip" viewBox="0 0 {_TIP} {_TIP}" refX="{_TIP}" refY="{_TIP / 2}" '
        f'markerWidth="{_TIP}" markerHeight="{_TIP}" orient="auto">{tip}</marker>'
    )
    paths = [_path(*_bend(places[start], places[end])) for start, end in arrows]
    shapes = [_shape(places[name], name, note) for name, note in boxes]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}" '
        f'font-family="sans-serif" font-size="{_FONT}"><defs>{marker}</defs>'
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>{"".join(paths + shapes)}</svg>\n'
    )


def png(boxes: Boxes, arrows: Arrows) -> bytes:
    """Return the picture as PNG.

    Raises:
        MissingExtra: the extra `diagram` is not installed.
    """
    try:
        image_module, draw_module = import_module("PIL.Image"), import_module("PIL.ImageDraw")
        fonts = import_module("PIL.ImageFont")
    except ImportError:
        raise MissingExtra("diagram", needed_by="diagram().png") from None
    size, places = _places(boxes)
    image: Any = image_module.new("RGB", (size * _SCALE, size * _SCALE), _PAPER)
    draw: Any = draw_module.Draw(image)
    for start, end in arrows:
        points = [(x * _SCALE, y * _SCALE) for x, y in _points(*_bend(places[start], places[end]))]
        draw.line(points, fill=_GREY, width=_SCALE, joint="curve")
        draw.polygon(_tip(points[-2], points[-1]), fill=_GREY)
    large, small = (fonts.load_default(points * _SCALE) for points in (_FONT, _SMALL))
    for name, note in boxes:
        x, y = (value * _SCALE for value in places[name])
        left, top = x - _WIDTH / 2 * _SCALE, y - _HEIGHT / 2 * _SCALE
        corner = (left, top, left + _WIDTH * _SCALE, top + _HEIGHT * _SCALE)
        draw.rounded_rectangle(corner, radius=8 * _SCALE, fill=_FILL, outline=_RIM, width=_SCALE)
        draw.text((x, y - (7 * _SCALE if note else 0)), _short(name), fill=_INK, font=large, anchor="mm")
        draw.text((x, y + 9 * _SCALE), note, fill=_GREY, font=small, anchor="mm")
    file = BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()


def _places(boxes: Boxes) -> tuple[int, dict[str, Point]]:
    """Return how large the picture is, and the middle of each box."""
    count = len(boxes)
    radius = max(110, count * 34)
    size = 2 * (radius + _WIDTH // 2 + 24)
    angles = [2 * math.pi * place / max(count, 1) for place in range(count)]
    middles = [(size / 2 + radius * math.sin(angle), size / 2 - radius * math.cos(angle)) for angle in angles]
    return size, {name: middle for (name, _), middle in zip(boxes, middles, strict=True)}


def _bend(start: Point, end: Point) -> tuple[Point, Point, Point, Point]:
    """Return the four points of an arrow's curve: from edge to edge, bent so that both directions show; or a loop."""
    (x1, y1), (x2, y2) = start, end
    if start == end:
        top = y1 - _HEIGHT / 2
        return (x1 - 18, top), (x1 - 18, top - 34), (x1 + 18, top - 34), (x1 + 18, top)
    middle = (x1 + x2) / 2 + (y2 - y1) * 0.09, (y1 + y2) / 2 - (x2 - x1) * 0.09
    return _edge(start, middle), middle, middle, _edge(end, middle)


def _edge(box: Point, towards: Point) -> Point:
    """Return where the line from a box's middle towards a point leaves the box."""
    x, y = box
    dx, dy = towards[0] - x, towards[1] - y
    share = min((_WIDTH / 2) / abs(dx) if dx else math.inf, (_HEIGHT / 2) / abs(dy) if dy else math.inf)
    return (x + dx * share, y + dy * share) if share < math.inf else box


def _points(start: Point, one: Point, two: Point, end: Point) -> list[Point]:
    """Return a curve as a line of points."""
    found: list[Point] = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        curve = (start, one, two, end)
        found.append(
            (
                sum(weight * point[0] for weight, point in zip(weights, curve, strict=True)),
                sum(weight * point[1] for weight, point in zip(weights, curve, strict=True)),
            )
        )
    return found


def _tip(before: Point, end: Point) -> list[Point]:
    """Return the corners of an arrow's tip."""
    angle = math.atan2(end[1] - before[1], end[0] - before[0])
    back = _TIP * _SCALE
    sides = [(end[0] - back * math.cos(angle + turn), end[1] - back * math.sin(angle + turn)) for turn in (0.4, -0.4)]
    return [end, *sides]


def _path(start: Point, one: Point, two: Point, end: Point) -> str:
    numbers = " ".join(f"{x:.1f} {y:.1f}" for x, y in (one, two, end))
    return f'<path d="M{start[0]:.1f} {start[1]:.1f}C{numbers}" fill="none" stroke="{_GREY}" marker-end="url(#tip)"/>'


def _shape(place: Point, name: str, note: str) -> str:
    x, y = place
    second = f'<text x="{x:.0f}" y="{y + 13:.0f}" text-anchor="middle" fill="{_GREY}" font-size="{_SMALL}">{escape(note)}</text>'
    return (
        f'<g><title>{escape(name)}</title><rect x="{x - _WIDTH / 2:.0f}" y="{y - _HEIGHT / 2:.0f}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" rx="8" fill="{_FILL}" stroke="{_RIM}"/>'
        f'<text x="{x:.0f}" y="{y + (-2 if note else 5):.0f}" text-anchor="middle" fill="{_INK}">{escape(_short(name))}</text>'
        f"{second if note else ''}</g>"
    )


def _short(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
