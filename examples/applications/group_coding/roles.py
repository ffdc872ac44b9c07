"""The models at tier T1: rules that read the conversation and answer as a planner, a coder, a critic and a manager would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.messages import text_of

if TYPE_CHECKING:
    from autogen.messages import ChatMessage
    from autogen.models.client import ModelRequest

_PLAN = """1. Read the file, and say how many rows there are.
2. Add up cups times price by cafe, and by weekday in each cafe.
3. Print both as tables, and draw the takings as bars.
4. Have the critic look at the numbers before we answer."""

_READ_PRICE = 'float(row["price"])'
_READ_COMMA = 'float(row["price"].replace(",", "."))'
_READ_CUPS = 'int(row["cups"])'
_READ_NO_CUPS = 'int(row["cups"] or 0)'
_ALL_ROWS = "rows = list(csv.DictReader(file))"
_OTHER_ROWS = "rows = [dict(pairs) for pairs in dict.fromkeys(tuple(row.items()) for row in csv.DictReader(file))]"

_PROGRAM = """import csv
from collections import Counter, defaultdict
from datetime import date

with open("sales.csv", newline="", encoding="utf-8") as file:
    {rows}
print("rows:", len(rows))
takings = defaultdict(Counter)
for row in rows:
    weekday = f"{{date.fromisoformat(row['date']):%A}}"
    takings[row["cafe"]][weekday] += {cups} * {price}
totals = {{cafe: sum(days.values()) for cafe, days in takings.items()}}
for cafe in sorted(totals, key=totals.get, reverse=True):
    day, most = takings[cafe].most_common(1)[0]
    print(f"{{cafe:7}} {{totals[cafe]:10,.2f}} dollars, best day {{day}} with {{most:,.2f}}")

bars = []
for place, (cafe, total) in enumerate(sorted(totals.items())):
    height = 160 * total / max(totals.values())
    bars.append(f'<rect x="{{20 + 90 * place}}" y="{{180 - height:.0f}}" width="60" height="{{height:.0f}}" fill="peru"/>')
    bars.append(f'<text x="{{50 + 90 * place}}" y="196" text-anchor="middle" font-size="13">{{cafe}}</text>')
with open("takings.svg", "w", encoding="utf-8") as file:
    print('<svg xmlns="http://www.w3.org/2000/svg" width="290" height="205">', *bars, "</svg>", sep="\\n", file=file)"""

_MENDS = {
    "could not convert string to float": ("A price is written with a comma.", _READ_PRICE, _READ_COMMA),
    "invalid literal for int()": ("Some rows have no cups; I take them as none.", _READ_CUPS, _READ_NO_CUPS),
    "more than once": ("Each row is counted once now.", _ALL_ROWS, _OTHER_ROWS),
}


def play_manager(request: ModelRequest) -> str:
    """Return who speaks next."""
    last = _said(request)[-1]
    speaker, text = last.get("name"), text_of(last)
    if speaker == "coder":
        return "executor"
    if speaker == "executor":
        return "critic" if "exitcode: 0" in text else "coder"
    if speaker == "critic":
        return "planner" if text == "APPROVED" else "coder"
    return "coder" if speaker == "planner" else "planner"


def play_planner(request: ModelRequest) -> str:
    """Return the plan, and later the answer to the task."""
    output = _last_of(request, "executor")
    if not output:
        return _PLAN
    cafes = [line.split() for line in output.splitlines() if " dollars, best day " in line]
    best = [f"{cafe} on {day}s" for cafe, _, _, _, _, day, *_ in cafes]
    return (
        f"{cafes[0][0]} took in most: {cafes[0][1]} dollars. The best days: {', '.join(best)}.\n"
        "The bars are in takings.svg.\nTERMINATE"
    )


def play_coder(request: ModelRequest) -> str:
    """Return a program that heeds whatever was found so far."""
    heard = "\n".join(text_of(message) for message in _said(request) if message.get("name") != "coder")
    program = _PROGRAM.format(rows=_ALL_ROWS, cups=_READ_CUPS, price=_READ_PRICE)
    words = "This program follows the plan."
    last = text_of(_said(request)[-1])
    for complaint, (what, before, after) in _MENDS.items():
        if complaint in heard:
            program = program.replace(before, after)
        if complaint in last:
            words = what
    return f"{words}\n\n```python\n# filename: takings.py\n{program}\n```"


def play_critic(request: ModelRequest) -> str:
    """Return what is wrong with the last program."""
    if _ALL_ROWS in _last_of(request, "coder"):
        return "A file typed by hand may hold a row more than once: whole rows are repeated, count each of them once."
    return "APPROVED"


def _said(request: ModelRequest) -> list[ChatMessage]:
    """Return what was said in the group."""
    return [each for each in request.messages if each.get("role") != "system" and each.get("name") != "checking_agent"]


def _last_of(request: ModelRequest, name: str) -> str:
    return next((text_of(each) for each in reversed(_said(request)) if each.get("name") == name), "")
