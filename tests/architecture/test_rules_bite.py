"""Each rule finds what it is there to find: a violation planted into a small tree, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.architecture import rules
from tests.architecture.source_tree import SourceTree

if TYPE_CHECKING:
    from tests.architecture.rules import Rule

CHAT = {
    "chats/chat.py": "",
    "chats/__init__.py": "",
    "models/client.py": "",
    "cache/__init__.py": "",
    "__init__.py": "",
}
FOR_TYPING = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from autogen.chats.chat import Chat"
IN_A_FUNCTION = "def f():\n    from autogen.chats import chat"
BY_NAME = "import importlib\nimportlib.import_module('autogen.chats.chat')"
LONG_FUNCTION = "def f():\n" + "    f()\n" * 60
BIG_CLASS = "class A:\n" + "".join(f"    def m{number}(self): ...\n" for number in range(26))
DEEP = "def f():\n  if f:\n    for _ in f:\n      with f:\n        try: f()\n        finally: f()"
ELSE_IF = "def f():\n  if f:\n    for _ in f:\n      if f: f()\n      else:\n        if f: f()"
FOUR_FUNCTIONS = "\n".join(f"def f{number}(): ..." for number in range(4))

PLANTED = [
    ("import from above", rules.imports_from_below, "core/run.py", "from autogen.chats.chat import Chat", 1),
    ("import for typing", rules.imports_from_below, "core/run.py", FOR_TYPING, 3),
    ("import in a function", rules.imports_from_below, "core/run.py", IN_A_FUNCTION, 2),
    ("import by name", rules.imports_from_below, "core/run.py", BY_NAME, 2),
    ("relative import", rules.imports_from_below, "core/run.py", "from ..chats import chat", 1),
    ("relative import of a folder", rules.imports_from_below, "core/run.py", "from .. import chats", 1),
    ("plain import", rules.imports_from_below, "core/run.py", "import autogen.chats.chat as chat", 1),
    ("import of a neighbour", rules.imports_from_below, "tools/tool.py", "from autogen.models.client import X", 1),
    ("import of a classic path", rules.imports_from_below, "agents/a.py", "from autogen.cache import Cache", 1),
    ("import of the public names", rules.imports_from_below, "apps/cli.py", "import autogen", 1),
    ("import from nowhere", rules.imports_from_below, "core/run.py", "import autogen.attic.old", 1),
    ("a room without a floor", rules.imports_from_below, "attic/old.py", "", 1),
    ("a long file", rules.is_short, "core/run.py", "\n" * 421, 421),
    ("a long function", rules.functions_are_short, "core/run.py", LONG_FUNCTION, 1),
    ("a big class", rules.classes_are_small, "core/run.py", BIG_CLASS, 1),
    ("many parameters", rules.parameters_are_few, "core/run.py", "def f(a, b, /, c, d, *e, g, h, **i): ...", 1),
    ("deep nesting", rules.nesting_is_shallow, "core/run.py", DEEP, 5),
    ("deep nesting by else", rules.nesting_is_shallow, "core/run.py", ELSE_IF, 6),
    ("a vague file", rules.has_a_telling_name, "core/utils.py", "", 1),
    ("a vague part of a name", rules.has_a_telling_name, "core/run_helpers.py", "", 1),
    ("a vague folder", rules.has_a_telling_name, "core/common/run.py", "", 1),
    ("a long classic path", rules.only_passes_names_on, "code_utils.py", "\n" * 61, 61),
    ("code in a classic path", rules.only_passes_names_on, "oai/client.py", FOUR_FUNCTIONS, 4),
    ("asyncio.run", rules.calls_nothing_forbidden, "core/run.py", "import asyncio\nasyncio.run(f())", 2),
    ("time.sleep", rules.calls_nothing_forbidden, "core/run.py", "import time\ntime.sleep(1)", 2),
    ("sleep from time", rules.calls_nothing_forbidden, "core/run.py", "from time import sleep", 1),
    ("print", rules.calls_nothing_forbidden, "core/run.py", "def f():\n    print(1)", 2),
    ("work left for later", rules.leaves_nothing_for_later, "core/run.py", "f()  # TODO: more", 1),
]

FINE = [
    ("core/run.py", "from autogen.core.step import step\nfrom autogen.events import Event\nfrom .step import step"),
    ("events.py", "from autogen.messages import ChatMessage"),
    ("__init__.py", "from autogen.apps.cli import main"),
    ("agents/conversable.py", BIG_CLASS.replace("class A", "class ConversableAgent")),
    (
        "core/run.py",
        "class A:\n    def __init__(self, a, b, c, d, e, f, g, h): ...\n    def m(self, a, b, c, d, e, f, g): ...",
    ),
    ("agents/conversable.py", "async def a_initiate_chat(self, a, b, c, d, e, f, g, h, **i): ..."),
    (
        "core/run.py",
        "def f():\n  if f:\n    if f:\n      if f: f()\n      elif f:\n        def g():\n          if f: f()\n",
    ),
    ("code_utils.py", "from autogen.coding.markdown import extract_code\n__all__ = ['extract_code']"),
    ("observers/console.py", "print(1)"),
    ("core/run.py", "self.print(1)\nrecorder.run(1)"),
]


@pytest.mark.parametrize(
    ("rule", "path", "text", "line"), [case[1:] for case in PLANTED], ids=[case[0] for case in PLANTED]
)
def test_a_rule_finds_the_file_and_the_line_and_names_the_cure(rule: Rule, path: str, text: str, line: int) -> None:
    tree = SourceTree({**CHAT, path: text})
    (file,) = (file for file in tree.files if file.path == path)
    (complaint,) = rule(tree, file)
    assert complaint.startswith(f"src/autogen/{path}:{line}: ")
    assert "Cure: " in complaint


@pytest.mark.parametrize(("path", "text"), FINE)
def test_no_rule_complains_about_what_is_fine(path: str, text: str) -> None:
    tree = SourceTree({**CHAT, "apps/cli.py": "", path: text})
    (file,) = (file for file in tree.files if file.path == path)
    assert [complaint for rule in rules.RULES for complaint in rule(tree, file)] == []


def test_every_rule_is_planted_against() -> None:
    assert {case[1] for case in PLANTED} == set(rules.RULES)


def test_a_crowded_folder_is_found_and_classic_paths_in_it_do_not_count() -> None:
    files = {f"coding/place_{number}.py": "" for number in range(12)} | {"coding/__init__.py": "", "coding/base.py": ""}
    assert rules.crowded_folders(SourceTree(files)) == []
    (complaint,) = rules.crowded_folders(SourceTree({**files, "coding/one_more.py": ""}))
    assert complaint.startswith("src/autogen/coding: 13 files")


def test_an_import_circle_is_found_even_if_it_is_for_typing_only() -> None:
    tree = SourceTree(
        {
            "core/a.py": "from autogen.core.b import B",
            "core/b.py": "def f():\n    from autogen.core import c",
            "core/c.py": FOR_TYPING.replace("chats.chat", "core.a"),
        }
    )
    circle = rules.import_circle(tree)
    assert sorted(circle[1:]) == ["autogen.core.a", "autogen.core.b", "autogen.core.c"]
    assert circle[0] == circle[-1]
