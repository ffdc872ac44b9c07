"""Questions to the supply chain, each with a solver's own answer to it: formulated apart from the application's model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import highspy

from examples.applications.supply_chain.coffee import CAFES, ROASTERIES, ROASTS, SUPPLIERS, Data, original

Solver = Any
Effect = Callable[[Data], None]
Condition = Callable[[Solver, dict[Any, Any], dict[Any, Any]], None]


@dataclass(frozen=True)
class WhatIf:
    """A question; what it does to the data, and to a model of them."""

    text: str
    effect: Effect | None = None
    condition: Condition | None = None

    def objective(self) -> float | None:
        """Return the least cost by a direct solve; `None` if there is no plan."""
        data = original()
        if self.effect is not None:
            self.effect(data)
        return least_cost(data, self.condition)


def least_cost(data: Data, condition: Condition | None) -> float | None:
    solver: Any = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    whole = highspy.HighsVarType.kInteger
    beans = {lane: solver.addVariable(lb=0, type=whole) for lane in data.cost_to_roastery}
    coffee = {
        (roastery, cafe, roast): solver.addVariable(lb=0, type=whole)
        for roastery in ROASTERIES
        for cafe, roast in data.demand
    }
    for supplier in SUPPLIERS:
        solver.addConstr(sum(beans[supplier, roastery] for roastery in ROASTERIES) <= data.supply[supplier])
    for roastery in ROASTERIES:
        roasted = sum(bags for key, bags in coffee.items() if key[0] == roastery)
        solver.addConstr(sum(beans[supplier, roastery] for supplier in SUPPLIERS) - roasted == 0)
        solver.addConstr(roasted <= data.roasting_capacity[roastery])
    for cafe, roast in data.demand:
        solver.addConstr(sum(coffee[roastery, cafe, roast] for roastery in ROASTERIES) >= data.demand[cafe, roast])
    if condition is not None:
        condition(solver, beans, coffee)
    cost = sum(bags * data.cost_to_roastery[lane] for lane, bags in beans.items())
    for (roastery, cafe, roast), bags in coffee.items():
        cost += bags * (data.cost_of_roasting[roastery, roast] + data.cost_to_cafe[roastery, cafe])
    solver.minimize(cost)
    is_solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getObjectiveValue() if is_solved else None


def generated(count: int, seed: int) -> list[WhatIf]:
    """Return so many questions, of all families in turn."""
    random = Random(seed)  # noqa: S311 - to be the same each time
    return [FAMILIES[number % len(FAMILIES)](random) for number in range(count)]


def _change(random: Random) -> tuple[str, Callable[[float], float]]:
    """Return words for a change that follow "demand at Anchor", and what it does to a number."""
    percent, bags = random.choice((5, 10, 15, 25, 12.5)), random.randint(1, 25)
    return random.choice(
        [
            (f"increases by {percent}%", lambda old: old * (1 + percent / 100)),
            (f"rises by {percent} percent", lambda old: old * (1 + percent / 100)),
            (f"falls by {percent}%", lambda old: old * (1 - percent / 100)),
            (f"drops by {bags} bags", lambda old: max(old - bags, old - bags)),
            (f"grows by {bags} bags", lambda old: old + bags),
            (f"goes up to {bags + 60} bags", lambda _: bags + 60),
            (f"is {bags + 20} bags", lambda _: bags + 20),
            ("doubles", lambda old: old * 2),
            ("is halved", lambda old: old / 2),
        ]
    )


def _some(random: Random, names: tuple[str, ...], everywhere: str) -> tuple[str, tuple[str, ...]]:
    name = random.choice((*names, everywhere))
    return (name, names) if name == everywhere else (name, (name,))


def _demand(random: Random) -> WhatIf:
    where, cafes = _some(random, CAFES, "all cafes")
    roast, roasts = _some(random, ROASTS, "coffee")
    words, new = _change(random)

    def effect(data: Data) -> None:
        for cafe in cafes:
            for each in roasts:
                data.demand[cafe, each] = new(data.demand[cafe, each])

    kind = roast if roast == "coffee" else f"{roast} roast"
    return WhatIf(random.choice(("What if demand for {} at {} {}?", "Suppose the demand for {} at {} {}.")).format(kind, where, words), effect)  # fmt: skip


def _supply(random: Random) -> WhatIf:
    supplier, bags = random.choice(SUPPLIERS), random.randint(60, 160)

    def effect(data: Data) -> None:
        data.supply[supplier] = bags

    texts = (
        f"What if {supplier} can deliver only {bags} bags?",
        f"What would change if the capacity of {supplier} was {bags} bags?",
        f"How would costs change if the harvest of {supplier} is {bags} bags?".replace("costs", "the plan"),
    )
    return WhatIf(random.choice(texts), effect)


def _supply_share(random: Random) -> WhatIf:
    supplier, percent = random.choice(SUPPLIERS), random.randint(5, 45)

    def effect(data: Data) -> None:
        data.supply[supplier] *= 1 - percent / 100

    return WhatIf(f"What if the supply of {supplier} shrinks by {percent}%?", effect)


def _failure(random: Random) -> WhatIf:
    supplier = random.choice(SUPPLIERS)

    def effect(data: Data) -> None:
        data.supply[supplier] = 0

    words = random.choice(("What if {} fails?", "What happens when {} cannot deliver?", "What if {} goes bankrupt?"))
    return WhatIf(words.format(supplier), effect)


def _closure(random: Random) -> WhatIf:
    roastery = random.choice(ROASTERIES)

    def effect(data: Data) -> None:
        data.roasting_capacity[roastery] = 0

    words = random.choice(("What if the roastery at the {} closes?", "Can we do without it: the {} burns down?"))
    return WhatIf(words.format(roastery), effect)


def _roasting_capacity(random: Random) -> WhatIf:
    roastery, bags = random.choice(ROASTERIES), random.randint(20, 140)

    def effect(data: Data) -> None:
        data.roasting_capacity[roastery] = bags

    return WhatIf(f"What if the {roastery} can roast only {bags} bags?", effect)


def _roasting_cost(random: Random) -> WhatIf:
    roastery, percent = random.choice(ROASTERIES), random.randint(5, 60)
    roast, roasts = _some(random, ROASTS, "any")

    def effect(data: Data) -> None:
        for each in roasts:
            data.cost_of_roasting[roastery, each] *= 1 + percent / 100

    kind = "coffee" if roast == "any" else f"{roast} coffee"
    return WhatIf(f"What if the cost of roasting {kind} at {roastery} goes up by {percent}%?", effect)


def _shipping_cost(random: Random) -> WhatIf:
    percent, roastery = random.randint(5, 60), random.choice(ROASTERIES)
    supplier, cafe = random.choice(SUPPLIERS), random.choice(CAFES)
    if random.random() < 0.5:

        def to_roastery(data: Data) -> None:
            data.cost_to_roastery[supplier, roastery] *= 1 - percent / 100

        return WhatIf(f"What if shipping from {supplier} to {roastery} costs {percent}% less?", to_roastery)

    def to_cafe(data: Data) -> None:
        data.cost_to_cafe[roastery, cafe] += percent / 10

    return WhatIf(f"What if the price of transport from {roastery} to {cafe} rises by {percent / 10} dollars?", to_cafe)


def _closed_way(random: Random) -> WhatIf:
    roastery, supplier, cafe = random.choice(ROASTERIES), random.choice(SUPPLIERS), random.choice(CAFES)
    if random.random() < 0.5:
        return WhatIf(
            f"What if the road from {supplier} to {roastery} is blocked?",
            condition=lambda solver, beans, _: solver.addConstr(beans[supplier, roastery] == 0),
        )
    return WhatIf(
        f"What if {roastery} can not ship to {cafe}?",
        condition=lambda solver, _, coffee: solver.addConstr(_to(coffee, roastery, cafe) == 0),
    )


def _bound(random: Random) -> WhatIf:
    roastery, supplier, bags = random.choice(ROASTERIES), random.choice(SUPPLIERS), random.randint(5, 60)
    if random.random() < 0.5:
        return WhatIf(
            f"What if we must buy at least {bags} bags from {supplier} for {roastery}?",
            condition=lambda solver, beans, _: solver.addConstr(beans[supplier, roastery] >= bags),
        )
    return WhatIf(
        f"What if at most {bags} bags may go from {supplier} to {roastery}?",
        condition=lambda solver, beans, _: solver.addConstr(beans[supplier, roastery] <= bags),
    )


def _only(random: Random) -> WhatIf:
    roastery, supplier = random.choice(ROASTERIES), random.choice(SUPPLIERS)

    def condition(solver: Solver, beans: dict[Any, Any], _: object) -> None:
        for other in SUPPLIERS:
            if other != supplier:
                solver.addConstr(beans[other, roastery] == 0)

    return WhatIf(f"What if {roastery} buys its beans only from {supplier}?", condition=condition)


def _one_roastery(random: Random) -> WhatIf:
    where, cafes = _some(random, CAFES, "each cafe")

    def condition(solver: Solver, _: object, coffee: dict[Any, Any]) -> None:
        for cafe in cafes:
            one = solver.addBinary()
            solver.addConstr(_to(coffee, ROASTERIES[0], cafe) <= 1000 * one)
            solver.addConstr(_to(coffee, ROASTERIES[1], cafe) <= 1000 * (1 - one))

    return WhatIf(f"What if {where} is supplied by a single roastery?", condition=condition)


def _to(coffee: dict[Any, Any], roastery: str, cafe: str) -> Any:
    return sum(coffee[roastery, cafe, roast] for roast in ROASTS)


FAMILIES: tuple[Callable[[Random], WhatIf], ...] = (
    _demand, _supply, _supply_share, _failure, _closure, _roasting_capacity, _roasting_cost, _shipping_cost,
    _closed_way, _bound, _only, _one_roastery,
)  # fmt: skip


def one_of_each(seed: int) -> list[WhatIf]:
    """Give one question of each family."""
    return generated(len(FAMILIES), seed)
