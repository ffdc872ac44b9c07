"""Questions in words, read at tier T1: which lines of a program say what a "what if" changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from examples.applications.supply_chain.coffee import CAFES, ROASTERIES, ROASTS, SUPPLIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_UP = r"increas|rise|rising|rose|grow|go(?:es)? up|went up|up by|higher|more expensive|dearer|raise|climb|gain|additional|\bmore\b|extra"
_DOWN = r"decreas|fall|drop|shrink|go(?:es)? down|went down|down by|lower|cheaper|reduc|declin|los(?:e|es|t)\b|less\b|fewer|\bcut\b|shorter|\bsmaller"
_FACTORS = {r"\bdoubl": 2.0, r"\btripl": 3.0, r"\bhalv|\bhalf\b": 0.5}
_CANNOT = r"can ?not|can.?t|could not|not allowed|may not|must not|no longer|not ship|banned|forb[aio]d|impossible|\bno (?:coffee|beans|bags|more)\b|\bnothing\b|\bnever\b"
_CLOSED = r"clos|shut|fail|strike|burn|out of (?:order|service|business)|drops? out|bankrupt|blocked|unavailable|breaks? down|dries up|\bwithout\b|\bgone\b|\blose\b|\bnothing from\b|\bno (?:coffee|beans) from\b"
_COST = r"\bcosts?\b|\bprices?\b|expensive|cheap|dearer|\bfreight\b|\bfees?\b|\bfree\b|\bdollars?\b|\$"
_CAPACITY = r"capacit|deliver|suppl|harvest|produc|offer|roast"
_LEAD = re.compile(r"^.*?\b(?:if|when|suppose|assume|assuming|say)\b(?: that)?")
_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(?!\s*(?:%|percent|per cent))")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent|per cent)")


@dataclass(frozen=True)
class Question:
    """One clause of a question: its words after "what if", and the names in it."""

    text: str
    suppliers: tuple[str, ...]
    roasteries: tuple[str, ...]
    cafes: tuple[str, ...]
    roasts: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Question:
        lower = _LEAD.sub("", text.lower()).replace("by a quarter", "by 25%")

        def named(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(name for name in names if re.search(rf"\b{name.lower()}\b", lower))

        return cls(lower, named(SUPPLIERS), named(ROASTERIES), named(CAFES), named(ROASTS))

    def says(self, pattern: str) -> bool:
        return re.search(pattern, self.text) is not None

    def number(self) -> str | None:
        numbers = _NUMBER.findall(self.text)
        goes_to = re.search(r"from \$?[\d.]+ .*?to \$?([\d.]*\d)", self.text)
        return goes_to[1] if goes_to else numbers[0] if numbers else None


def lines_for(text: str, *, slips: bool = True) -> list[str]:
    """Return the lines that say what a question changes; none if it is not understood.

    Two changes may be joined by "and", if each makes sense alone.

    Args:
        text: the question.
        slips: make the mistake that this writer is prone to: closing a roastery by a method that there is not.
    """
    clauses = [Question.read(part) for part in re.split(r"\band\b|;", _LEAD.sub("", text.lower()))]
    found = [_lines_of(clause, slips=slips) for clause in clauses]
    return [line for lines in found for line in lines] if all(found) else _lines_of(Question.read(text), slips=slips)


def _lines_of(clause: Question, *, slips: bool) -> list[str]:
    if (clause.suppliers and clause.cafes) or len(re.findall(r"\bfrom [a-z]", clause.text)) > 1:
        return []
    for family in (_one_roastery, _only_suppliers, _closures, _ways, _bounds, _costs, _demands, _capacities):
        lines = list(family(clause))
        if lines:
            is_closure = family is _closures and clause.roasteries
            return [f"model.close({name!r})" for name in clause.roasteries] if slips and is_closure else lines
    return []


def _one_roastery(question: Question) -> Iterator[str]:
    if not question.says(r"\b(?:single|(?:exactly |only |just )?one|same)\b (?:and the same )?roastery"):
        return
    cafes = "CAFES" if not question.cafes else repr(question.cafes)
    yield f"for cafe in {cafes}:"
    yield "    uses = {roastery: model.yes_or_no() for roastery in ROASTERIES}"
    yield "    model.require(sum(uses.values()) == 1)"
    yield "    most = sum(data.demand[cafe, roast] for roast in ROASTS) + len(ROASTS)"
    yield "    for roastery in ROASTERIES:"
    yield "        model.require(model.sold(roastery=roastery, cafe=cafe) <= most * uses[roastery])"


def _only_suppliers(question: Question) -> Iterator[str]:
    if (
        question.says(r"\bonly\b|nobody but")
        and question.suppliers
        and not question.roasteries
        and not _has_amount(question)
    ):
        yield from (f"data.supply[{name!r}] = 0" for name in SUPPLIERS if name not in question.suppliers)


def _has_amount(question: Question) -> bool:
    return question.number() is not None or bool(_PERCENT.search(question.text)) or any(map(question.says, _FACTORS))


def _closures(question: Question) -> Iterator[str]:
    stops = question.says(_CLOSED) or question.says(rf"(?:{_CANNOT}) (?:roast|deliver|supply|work)\w*(?! to| more)")
    if not stops or _has_amount(question):
        return
    if bool(question.suppliers) + bool(question.roasteries) + bool(question.cafes) != 1:
        return
    for name in question.suppliers:
        yield f"data.supply[{name!r}] = 0"
    for name in question.roasteries:
        yield f"data.roasting_capacity[{name!r}] = 0"
    for name in question.cafes:
        for roast in ROASTS:
            yield f"data.demand[{name!r}, {roast!r}] = 0"


def _flows(question: Question) -> Iterator[str]:
    """Say the quantity that is shipped between the places named; nothing if it takes two and there are not two."""
    roastery = question.roasteries[0] if question.roasteries else None
    if question.cafes and question.roasteries:
        for cafe in question.cafes:
            for roast in question.roasts or (None,):
                yield f"model.sold(roastery={roastery!r}, cafe={cafe!r}{f', roast={roast!r}' if roast else ''})"
    elif question.suppliers:
        for supplier in question.suppliers:
            yield f"model.bought(supplier={supplier!r}{f', roastery={roastery!r}' if roastery else ''})"


def _ways(question: Question) -> Iterator[str]:
    is_way = len([1 for named in (question.suppliers, question.roasteries, question.cafes) if named]) > 1
    if not is_way or question.says(_COST):
        return
    if question.says(r"\bonly\b|exclusively|all (?:of )?(?:its|their)|nothing but") and question.number() is None:
        yield from _only(question)
    elif question.says(rf"{_CANNOT}|{_CLOSED}") and question.number() is None:
        for flow in _flows(question):
            yield f"model.require({flow} == 0)"


def _only(question: Question) -> Iterator[str]:
    for roastery in question.roasteries:
        if question.cafes:
            others = [name for name in ROASTERIES if name != roastery]
            for cafe in question.cafes:
                yield from (f"model.require(model.sold(roastery={other!r}, cafe={cafe!r}) == 0)" for other in others)
        else:
            others = [name for name in SUPPLIERS if name not in question.suppliers]
            yield from (
                f"model.require(model.bought(supplier={other!r}, roastery={roastery!r}) == 0)" for other in others
            )


def _bounds(question: Question) -> Iterator[str]:
    most = question.says(
        rf"(?:{_CANNOT}).* more than|at most|no more than|not more than|maximum|up to|limited to|\bcap(?:ped)? "
    )
    least = question.says(r"at least|no fewer than|no less than|minimum")
    number = question.number()
    if number is None or not (most or least) or question.says(_COST):
        return
    if not question.suppliers and not question.cafes and question.roasteries:
        for name in question.roasteries:
            yield f"model.require(model.sold(roastery={name!r}) {'<=' if most else '>='} {number})"
        return
    for flow in _flows(question):
        yield f"model.require({flow} {'<=' if most else '>='} {number})"


def _change(question: Question) -> str | None:
    """Return the operator and the operand that a question's numbers come to: `*= 1.2`, `+= 10`, `= 40`."""
    for pattern, factor in _FACTORS.items():
        if question.says(pattern):
            return f"*= {factor:g}"
    is_down = (question.says(_DOWN) and not question.says(_UP)) or question.says(r"\b(?:fewer|less|cheaper)\b")
    sign = -1 if is_down else 1
    percent = _PERCENT.search(question.text)
    if percent:
        share = float(percent[1])
        if question.says(rf"(?:to|only|at) {re.escape(percent[0])}"):
            return f"*= {share / 100:.10g}"
        return f"*= {1 + sign * share / 100:.10g}"
    number = question.number()
    if number is None:
        return "= 0" if question.says(r"\bfree\b") else None
    amount = re.escape(number)
    comparison = r"(?:bags? |dollars? )?(?:more|fewer|less|additional|extra|higher|lower|dearer|cheaper)"
    if question.says(rf"\bby (?:us)?\$? ?{amount}|{amount} {comparison}|(?:{_UP}|{_DOWN})\w* \$?{amount}\b"):
        return f"{'-' if is_down else '+'}= {number}"
    return f"= {number}"


def _keys(*choices: tuple[str, ...]) -> Iterator[str]:
    first, second = choices
    for one in first:
        for other in second:
            yield f"[{one!r}, {other!r}]"


def _costs(question: Question) -> Iterator[str]:
    change = _change(question)
    if change is None or not question.says(_COST):
        return
    is_roasting = question.says(r"\broast(?:ing|s)?\b") or bool(question.roasts)
    is_shipping = question.says(r"\bship|\btransport|\bfreight|\bdeliver|\bbuy|\bbeans?\b|\bfrom\b.*\bto\b")
    if is_roasting and not question.suppliers and not question.cafes:
        for key in _keys(question.roasteries or ROASTERIES, question.roasts or ROASTS):
            yield f"data.cost_of_roasting{key} {change}"
        return
    to_cafes = bool(question.cafes) or (not question.suppliers and question.says(r"\bcafes?\b|from "))
    to_roasteries = bool(question.suppliers) or (
        not question.cafes and question.says(r"\bsuppliers?\b|\bbeans?\b|to (?:the )?roaster")
    )
    if not (is_shipping or question.suppliers or question.cafes):
        return
    if not to_cafes and not to_roasteries:
        to_cafes = to_roasteries = True
    if to_roasteries:
        for key in _keys(question.suppliers or SUPPLIERS, question.roasteries or ROASTERIES):
            yield f"data.cost_to_roastery{key} {change}"
    if to_cafes:
        for key in _keys(question.roasteries or ROASTERIES, question.cafes or CAFES):
            yield f"data.cost_to_cafe{key} {change}"


def _demands(question: Question) -> Iterator[str]:
    change = _change(question)
    asks = question.says(r"demand|\bneeds?\b|\bwants?\b|\borders?\b|\bsells?\b|customers|\bdrinks?\b|\basks? for\b")
    if change is None or question.suppliers or question.roasteries or not (asks or question.cafes):
        return
    for key in _keys(question.cafes or CAFES, question.roasts or ROASTS):
        yield f"data.demand{key} {change}"


def _capacities(question: Question) -> Iterator[str]:
    change = _change(question)
    if change is None or question.cafes or not question.says(_CAPACITY):
        return
    for name in question.suppliers or (() if question.roasteries else _all_of(question)):
        yield f"data.supply[{name!r}] {change}"
    for name in question.roasteries or (
        ROASTERIES if question.says(r"roaster(?:y|ies)|roasting") and not question.suppliers else ()
    ):
        yield f"data.roasting_capacity[{name!r}] {change}"


def _all_of(question: Question) -> tuple[str, ...]:
    return SUPPLIERS if question.says(r"suppliers?\b|harvest") else ()
