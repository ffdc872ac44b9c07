"""Every file keeps the rules of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.architecture.rules import RULES, crowded_folders, import_circle
from tests.architecture.source_tree import SourceTree

if TYPE_CHECKING:
    from tests.architecture.rules import Rule

TREE = SourceTree.read()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    complaints = [complaint for file in TREE.files for complaint in rule(TREE, file)]
    assert not complaints, "\n".join(complaints)


def test_no_folder_is_crowded() -> None:
    complaints = crowded_folders(TREE)
    assert not complaints, "\n".join(complaints)


def test_modules_do_not_import_in_a_circle() -> None:
    circle = import_circle(TREE)
    assert not circle, f"{' -> '.join(circle)}. Cure: what both need belongs one floor down, or into a Protocol."
