"""Old programs do on our package what they did on the classic: the whole outcome, in every form."""

from __future__ import annotations

import copy
import importlib
import json
from functools import cache
from typing import Any

import pytest

from tests.classic.facade import EXPECTED, PROGRAMS, run_program
from tests.classic.known_differences import ASYNC_OF_ITS_OWN, KNOWN_DIFFERENCES, in_own_words
from tests.classic.known_differences_of_groups import GROUP_DIFFERENCES

NAMES = sorted(path.stem for path in EXPECTED.glob("*.json"))
FORMS = ("sync", "async", "sync inside a loop")
DIFFERENCES = KNOWN_DIFFERENCES | GROUP_DIFFERENCES


@cache
def recorded(name: str) -> dict[str, Any]:
    return json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))


def cases() -> list[Any]:
    offered = [(name, form) for name in NAMES for form in FORMS if form != "async" or recorded(name)["async"]]
    return [pytest.param(name, form, id=f"{name}-{form.replace(' ', '-')}") for name, form in offered]


def expected(name: str, form: str) -> Any:
    """What ours must do: in the async form the same as in the sync one, but for the few programs that say otherwise."""
    outcomes = recorded(name)
    own = form == "async" and name in ASYNC_OF_ITS_OWN and outcomes["async"] != "as sync"
    outcome = in_own_words(copy.deepcopy(outcomes["async" if own else "sync"]))
    for difference in DIFFERENCES.get(name, []):
        if difference.form in (form, "all"):
            outcome = difference.applied(outcome)
    return outcome


@pytest.mark.parametrize(("name", "form"), cases())
def test_a_classic_program_has_the_classic_outcome(name: str, form: str) -> None:
    outcome = run_program(name, form, importlib.import_module("autogen"))
    assert outcome == expected(name, form)


def test_every_program_is_recorded() -> None:
    assert sorted(path.stem for path in PROGRAMS.glob("*.py")) == NAMES


def test_every_known_difference_belongs_to_a_program() -> None:
    assert set(DIFFERENCES) | set(ASYNC_OF_ITS_OWN) <= set(NAMES)
