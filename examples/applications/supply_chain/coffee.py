"""The coffee that is shipped, and the least that this costs: what the writer's programs import, inside the sandbox.

Beans go from suppliers to roasteries, roasted coffee goes on to cafes, all in bags. A model is plain Python up to `solve`,
which hands it to the solver HiGHS; nothing of the solver is within reach of a program.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["CAFES", "ROASTERIES", "ROASTS", "SUPPLIERS", "Bags", "Data", "Model", "data", "original"]

SUPPLIERS = ("Huila", "Sidamo", "Minas")
ROASTERIES = ("Harbour", "Hill")
CAFES = ("Anchor", "Birch", "Clock")
ROASTS = ("light", "dark")
MARK, ORIGINAL_MARK = "PLAN ", "ORIGINAL PLAN "
_SOLVING_S = 5.0


@dataclass
class Data:
    """What is known: bags, and US dollars a bag.

    Args:
        supply: bags that a supplier can deliver.
        roasting_capacity: bags that a roastery can roast.
        cost_to_roastery: of a bag, by (supplier, roastery).
        cost_of_roasting: of a bag, by (roastery, roast).
        cost_to_cafe: of a bag, by (roastery, cafe).
        demand: bags that a cafe sells, by (cafe, roast).
    """

    supply: dict[str, float]
    roasting_capacity: dict[str, float]
    cost_to_roastery: dict[tuple[str, str], float]
    cost_of_roasting: dict[tuple[str, str], float]
    cost_to_cafe: dict[tuple[str, str], float]
    demand: dict[tuple[str, str], float]


def original() -> Data:
    """Return the data as they are now."""
    return Data(
        {"Huila": 150, "Sidamo": 60, "Minas": 100},
        {"Harbour": 210, "Hill": 205},
        _table(SUPPLIERS, ROASTERIES, (5, 4, 6, 3, 2, 7)),
        _table(ROASTERIES, ROASTS, (3, 5, 5, 4)),
        _table(ROASTERIES, CAFES, (5, 3, 6, 3, 5, 2)),
        _table(CAFES, ROASTS, (20, 30, 30, 20, 40, 60)),
    )


def _table(rows: tuple[str, ...], columns: tuple[str, ...], values: tuple[float, ...]) -> dict[tuple[str, str], float]:
    return dict(zip(((row, column) for row in rows for column in columns), values, strict=True))


data = original()


@dataclass
class Condition:
    """A sum that lies between two numbers."""

    sum: Bags
    lowest: float
    highest: float


class Bags:
    """A sum of quantities that the solver chooses: `2 * a + b <= 40` is a condition on them."""

    def __init__(self, weights: dict[int, float] | None = None, constant: float = 0) -> None:
        self.weights, self.constant = weights or {}, constant

    def __add__(self, other: Bags | float) -> Bags:
        if not isinstance(other, Bags):
            return Bags(self.weights, self.constant + other)
        weights = defaultdict(float, self.weights)
        for number, weight in other.weights.items():
            weights[number] += weight
        return Bags(dict(weights), self.constant + other.constant)

    __radd__ = __add__

    def __mul__(self, factor: float) -> Bags:
        return Bags({number: weight * factor for number, weight in self.weights.items()}, self.constant * factor)

    __rmul__ = __mul__

    def __sub__(self, other: Bags | float) -> Bags:
        return self + other * -1

    def __rsub__(self, other: float) -> Bags:
        return self * -1 + other

    def __neg__(self) -> Bags:
        return self * -1

    def __le__(self, other: Bags | float) -> Condition:
        return Condition(self - other, float("-inf"), 0)

    def __ge__(self, other: Bags | float) -> Condition:
        return Condition(self - other, 0, float("inf"))

    def __eq__(self, other: object) -> Any:
        return Condition(self - other, 0, 0) if isinstance(other, (Bags, int, float)) else NotImplemented

    __hash__ = None  # type: ignore[assignment] - `==` makes a condition


@dataclass
class _Column:
    cost: float = 0
    highest: float = float("inf")


@dataclass
class Model:
    """The plan to be found: whole bags, at the least cost, with the data given."""

    data: Data
    conditions: list[Condition] = field(default_factory=list[Condition])

    def __post_init__(self) -> None:
        self._columns: list[_Column] = []
        costs = self.data.cost_of_roasting, self.data.cost_to_cafe
        self._bought = {key: self._new(cost) for key, cost in self.data.cost_to_roastery.items()}
        self._sold = {
            (roastery, roast, cafe): self._new(costs[0][roastery, roast] + costs[1][roastery, cafe])
            for roastery in ROASTERIES
            for roast in ROASTS
            for cafe in CAFES
        }
        for supplier in SUPPLIERS:
            self.require(self.bought(supplier=supplier) <= self.data.supply[supplier])
        for roastery in ROASTERIES:
            self.require(self.sold(roastery=roastery) <= self.data.roasting_capacity[roastery])
            self.require(self.bought(roastery=roastery) == self.sold(roastery=roastery))
        for (cafe, roast), bags in self.data.demand.items():
            self.require(self.sold(cafe=cafe, roast=roast) >= bags)

    def bought(self, *, supplier: str | None = None, roastery: str | None = None) -> Bags:
        """Return the bags that go from a supplier (or all) to a roastery (or all)."""
        return _total(self._bought, (supplier, roastery))

    def sold(self, *, roastery: str | None = None, roast: str | None = None, cafe: str | None = None) -> Bags:
        """Return the bags that go from a roastery (or all) to a cafe (or all), of one roast or both."""
        return _total(self._sold, (roastery, roast, cafe))

    def yes_or_no(self) -> Bags:
        """Return a quantity that is 0 or 1, for choices."""
        return self._new(0, highest=1)

    def require(self, condition: Condition) -> None:
        """Keep to a condition."""
        self.conditions.append(condition)

    def solve(self) -> dict[str, Any]:
        """Find the cheapest plan; print the one for the original data and this one, a line each; return this one."""
        plan = self.find()
        print(ORIGINAL_MARK + json.dumps(original_plan(), ensure_ascii=False))
        print(MARK + json.dumps(plan, ensure_ascii=False))
        return plan

    def find(self) -> dict[str, Any]:
        """Find the cheapest plan, and return it: `status`, and if that is "optimal", `cost`, `bought` and `sold`."""
        import highspy  # noqa: PLC0415 - slow to import, and a program that fails before needs none

        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("time_limit", _SOLVING_S)):
            solver.setOptionValue(option, value)
        for number, column in enumerate(self._columns):
            solver.addVar(0, column.highest)
            solver.changeColCost(number, column.cost)
            solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)
        for condition in self.conditions:
            weights, constant = condition.sum.weights, condition.sum.constant
            bounds = condition.lowest - constant, condition.highest - constant
            solver.addRow(*bounds, len(weights), list(weights), list(weights.values()))
        solver.run()
        status = solver.modelStatusToString(solver.getModelStatus()).lower()
        if status != "optimal":
            return {"status": status}
        values: list[float] = list(solver.getSolution().col_value)
        return {
            "status": status,
            "cost": round(solver.getObjectiveValue(), 6),
            "bought": dict(_chosen(self._bought, values)),
            "sold": dict(_chosen(self._sold, values)),
        }

    def _new(self, cost: float, highest: float = float("inf")) -> Bags:
        self._columns.append(_Column(cost, highest))
        return Bags({len(self._columns) - 1: 1.0})


@cache
def original_plan() -> dict[str, Any]:
    """Return the cheapest plan for the original data."""
    return Model(original()).find()


def _total(quantities: dict[Any, Bags], wanted: tuple[str | None, ...]) -> Bags:
    """Return the sum over the keys that have what is wanted; a name that does not exist is an error."""
    known = set[str]().union(*quantities)
    unknown = [name for name in wanted if name is not None and name not in known]
    if unknown:
        raise KeyError(f"{unknown[0]!r} is not one of {', '.join(sorted(known))}")
    return sum(_matching(quantities, wanted), Bags())


def _matching(quantities: dict[Any, Bags], wanted: tuple[str | None, ...]) -> Iterable[Bags]:
    for key, quantity in quantities.items():
        if all(name is None or name == part for name, part in zip(wanted, key, strict=True)):
            yield quantity


def _chosen(quantities: dict[Any, Bags], values: list[float]) -> Iterator[tuple[str, int]]:
    for key, quantity in quantities.items():
        bags = round(values[next(iter(quantity.weights))])
        if bags:
            yield " → ".join(key), bags
