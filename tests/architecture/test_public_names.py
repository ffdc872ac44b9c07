"""The public names are a list that changes on purpose only."""

from __future__ import annotations

from pathlib import Path

import pytest

import autogen

LIST = Path(__file__).with_name("public_names.txt")
MAX_NAMES = 45


def test_the_public_names_are_those_of_the_list() -> None:
    assert sorted(autogen.__all__) == LIST.read_text("utf-8").split()


def test_the_public_names_are_few() -> None:
    assert len(autogen.__all__) <= MAX_NAMES


@pytest.mark.parametrize("name", autogen.__all__)
def test_a_public_name_can_be_reached_and_is_offered(name: str) -> None:
    assert getattr(autogen, name) is not None
    assert name in dir(autogen)
