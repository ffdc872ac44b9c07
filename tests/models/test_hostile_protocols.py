"""What comes of every answer that a server should not give, for each protocol but chat completions, which has its own table.

The tables are in `hostile_…`; what all protocols share is in `hostility`.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from tests.models import hostile_anthropic, hostile_google, hostile_responses, hostility
from tests.models.dialects import ANTHROPIC, GOOGLE, RESPONSES, Dialect
from tests.models.hostility import Case, check, named

pytestmark = pytest.mark.usefixtures("one_loop")

TABLES: list[tuple[Dialect, ModuleType]] = [
    (ANTHROPIC, hostile_anthropic),
    (GOOGLE, hostile_google),
    (RESPONSES, hostile_responses),
]


def table(name: str, *shared: Case) -> list[Any]:
    """Return the cases of one kind for each protocol, those that all protocols share included."""
    return [
        pytest.param(dialect, *case.values, id=f"{dialect}-{case.id}")
        for dialect, module in TABLES
        for case in named([*shared, *getattr(module, name, ())])
    ]


@pytest.mark.parametrize(("dialect", "case"), table("STATUSES", *hostility.STATUSES))
async def test_a_status_other_than_200_is_an_error_of_ours(dialect: Dialect, case: Case) -> None:
    await check(dialect, case, streams=False)


@pytest.mark.parametrize(("dialect", "case"), table("BODIES", *hostility.BODIES))
async def test_a_body_that_is_wrong_is_told_or_tolerated(dialect: Dialect, case: Case) -> None:
    await check(dialect, case, streams=False)


@pytest.mark.parametrize(("dialect", "case"), table("WIRE", *hostility.WIRE))
async def test_broken_transport_is_told_within_its_limit(dialect: Dialect, case: Case) -> None:
    await check(dialect, case, streams=False)


@pytest.mark.parametrize(("dialect", "case"), table("STREAMS"))
async def test_a_stream_that_is_wrong_is_never_an_answer(dialect: Dialect, case: Case) -> None:
    await check(dialect, case, streams=True)
