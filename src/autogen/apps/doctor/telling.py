"""A report, told on a terminal or in plain text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autogen.observers.safe_text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autogen.apps.doctor.findings import Finding, Level, Report, State

_MARKS: dict[State, tuple[str, str, str]] = {
    "works": ("✓", "+", "green"),
    "weaker": ("!", "!", "yellow"),
    "open": ("·", ".", "dim"),
    "missing": ("✗", "-", "dim"),
}
_NARROWEST = 60
_WIDEST = 110


def tell(report: Report) -> None:
    """Show a report on standard output."""
    console = Console(highlight=False, soft_wrap=False, markup=False, emoji=False)
    console.width = max(_NARROWEST, min(console.width, _WIDEST))
    encoding = console.encoding or "ascii"
    with console.capture() as shown:
        _show_all(console, report, plain=not encoding.lower().startswith("utf"))
    text = "".join(f"{line.rstrip()}\n" for line in shown.get().splitlines())
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def _show_all(console: Console, report: Report, *, plain: bool) -> None:
    console.print(Text(safe_text(report.machine), "bold"))
    console.print(Text(safe_text(report.interpreter), "dim"))
    _head(console, "Where the model's code can run")
    for number, level in enumerate(report.levels):
        if number:
            console.print()
        _show_level(console, level, plain=plain)
    _show(console, "Languages", report.languages, plain=plain)
    _show(console, "Models", report.models, plain=plain)
    _show(console, "Recorded runs", [report.journal], plain=plain)
    _show(console, "Extras", report.extras, plain=plain)
    console.print()
    console.print(_verdict(report))


def _head(console: Console, words: str) -> None:
    console.print()
    console.print(Text(words, "bold"))


def _show_level(console: Console, level: Level, *, plain: bool) -> None:
    name = Text(safe_text(level.finding.name), "bold")
    if level.is_default:
        name.append("  default here", "green")
    table = _table()
    table.add_row(_mark(level.finding, plain=plain), name)
    for label, words in (
        ("", level.finding.detail),
        ("holds", level.holds),
        ("does not hold", level.lacks),
        ("asked for by", level.chosen_by),
        ("cure", level.finding.cure),
    ):
        if words and not (level.finding.state == "missing" and label in {"holds", "does not hold"}):
            told = Text()
            told.append(f"{label}: " if label else "", "dim")
            told.append(safe_text(words), "dim" if label == "asked for by" else "")
            table.add_row("", told)
    console.print(Padding(table, (0, 0, 0, 2)))


def _show(console: Console, title: str, findings: Iterable[Finding], *, plain: bool) -> None:
    _head(console, title)
    table = _table()
    table.add_column(overflow="fold")
    for finding in findings:
        detail = Text(safe_text(finding.detail), "" if finding.state == "works" else "dim")
        if finding.cure:
            detail = Text.assemble(detail, f"; {safe_text(finding.cure)}")
        table.add_row(_mark(finding, plain=plain), Text(safe_text(finding.name)), detail)
    console.print(Padding(table, (0, 0, 0, 2)))


def _table() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _mark(finding: Finding, *, plain: bool) -> Text:
    fine, ascii_, style = _MARKS[finding.state]
    return Text(ascii_ if plain else fine, style)


def _verdict(report: Report) -> Text:
    place = next((level.finding for level in report.levels if level.is_default), None)
    if place is None:
        return Text("Code that a model wrote is not run here unless you accept that nothing contains it.", "bold red")
    if place.state == "weaker":
        return Text(f"Code that a model wrote runs in {place.name}, which is weaker than bubblewrap.", "bold yellow")
    return Text(f"Code that a model wrote runs in {place.name}.", "bold green")
