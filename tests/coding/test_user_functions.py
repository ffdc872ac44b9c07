"""Functions of the user that the code may import."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from autogen.coding import FunctionWithRequirements, with_requirements
from autogen.coding.func_with_reqs import Alias, ImportFromModule, to_stub
from tests.coding.conftest import run
from tests.coding.package_index import package_index

if TYPE_CHECKING:
    from pathlib import Path

    from tests.coding.conftest import Make


def add(a: int, b: int = 2) -> int:
    """Add two numbers.

    Exactly.
    """
    return a + b


@with_requirements(global_imports=["math", Alias("json", "j"), ImportFromModule("os", ["sep", Alias("path", "p")])])
def describe(value: float) -> str:
    return j.dumps([math.floor(value), sep, p.basename("a/b")])  # noqa: F821 - imported where it runs  # pyright: ignore[reportUndefinedVariable]


@with_requirements(python_packages=["surely-not-there-1"])
def needs_package() -> None:
    """Need a package."""


@functools.lru_cache
def cached() -> int:
    return 1


async def later() -> None: ...


TEXT = FunctionWithRequirements.from_str('def shout(text: str) -> str:\n    """Shout."""\n    return text.upper()')


def test_code_calls_functions_of_the_user(make: Make):
    executor = make(functions=[add, describe, TEXT, cached])
    program = "from functions import add, describe, shout, cached\nprint(add(1), describe(1.5), shout('hi'), cached())"
    for _ in range(2):
        result = run(executor, program)
        assert (result.exit_code, result.output) == (0, '3 [1, "/", "b"] HI 1\n')


def test_the_module_may_have_another_name(make: Make):
    executor = make(functions=[add], functions_module="abilities")
    assert (executor.functions, executor.functions_module) == ([add], "abilities")
    assert run(executor, "from abilities import add\nprint(add(2, 3))").output == "5\n"


def test_the_prompt_has_signatures_and_docstrings_and_no_bodies(make: Make):
    executor = make(functions=[add, describe, TEXT, later])
    stubs = (
        'def add(a: int, b: int=2) -> int:\n    """Add two numbers.\n\n    Exactly."""\n    ...\n\n'
        "def describe(value: float) -> str:\n    ...\n\n"
        'def shout(text: str) -> str:\n    """Shout."""\n    ...\n\n'
        "async def later() -> None:\n    ..."
    )
    assert executor.format_functions_for_prompt("$module_name: $functions $else") == f"functions: {stubs} $else"
    assert to_stub(TEXT) == 'def shout(text: str) -> str:\n    """Shout."""\n    ...'
    assert "`functions`" in executor.format_functions_for_prompt()


def test_functions_can_still_be_called_here():
    whole = FunctionWithRequirements.from_callable(add, ["x"], ["math"])
    assert (whole(1), whole.python_packages, whole.global_imports) == (3, ["x"], ["math"])
    assert needs_package() is None
    assert needs_package.__doc__ == "Need a package."


def test_a_function_given_as_text_cannot_be_called_here():
    with pytest.raises(NotImplementedError, match="only code in the executor can call it"):
        TEXT("x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def broken(:", "Could not compile function"),
        ("x = 1", "exactly one"),
        ("def a(): ...\ndef b(): ...", "exactly"),
    ],
)
def test_a_text_that_is_not_one_function_is_refused(text: str, words: str):
    with pytest.raises(ValueError, match=words):
        FunctionWithRequirements.from_str(text)


def test_a_function_without_source_is_refused(make: Make):
    made: dict[str, Any] = {}
    exec("def ghost(): return 1", made)  # noqa: S102 - a function that has no source
    with pytest.raises(ValueError, match="cannot be read; give it as text"):
        run(make(functions=[made["ghost"]]), "pass")


def test_a_package_that_cannot_be_had_is_named(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with package_index({}) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        with pytest.raises(ValueError, match=r"(?s)Pip install failed.*surely-not-there-1"):
            run(make(functions=[needs_package]), "pass")


def test_functions_that_do_not_load_are_named(make: Make):
    broken = FunctionWithRequirements.from_str("def f(): ...", global_imports=["surely_not_there"])
    with pytest.raises(ValueError, match=r"(?s)Functions failed to load:.*surely_not_there"):
        run(make(functions=[broken]), "pass")
