"""The architecture page names what is there, and all the floors that are there."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

_SOURCE = ROOT / "src" / "autogen"
_PAGE = (ROOT / "docs" / "concepts" / "architecture.md").read_text(encoding="utf-8")
_PATH = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.py|(?:[a-z_]+/)+)`")
_CLASSIC_PATHS = {"agentchat", "oai", "cache", "io", "logger"}


def folders() -> set[str]:
    return {path.name for path in _SOURCE.iterdir() if path.is_dir() and any(path.glob("*.py"))}


def test_each_module_that_the_page_names_is_there():
    named = set(_PATH.findall(_PAGE))
    assert named
    assert sorted(name for name in named if not (_SOURCE / name).exists()) == []


def test_each_folder_of_the_source_stands_on_a_floor_of_the_page():
    tree = _PAGE.split("```text\nsrc/autogen/", 1)[1].split("```", 1)[0]
    assert sorted(name for name in folders() - _CLASSIC_PATHS if f" {name}/" not in tree) == []
