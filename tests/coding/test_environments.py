"""Environments made beforehand: from a list, with hashes, kept by content, apart from this process's own."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autogen.coding import CodeBlock, a_prepare_environment, prepare_environment, with_requirements
from autogen.coding.environments import installers
from autogen.errors import CodeError
from tests.coding.conftest import run
from tests.coding.package_index import Index, package_index, wheel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.coding.conftest import Make


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    files = {
        "first_thing-1.0-py3-none-any.whl": wheel("first_thing", "1.0", "word = 'old'"),
        "first_thing-2.0-py3-none-any.whl": wheel(
            "first_thing", "2.0", "import second_thing\nword = second_thing.word", ("second-thing",)
        ),
        "second_thing-3.1-py3-none-any.whl": wheel("second_thing", "3.1", "word = 'of the second'"),
        "only_source-1.0.tar.gz": b"no archive, and it would not be opened",
    }
    with package_index(files) as served:
        yield served


@pytest.fixture(autouse=True)
def _caches_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    caches = tmp_path_factory.getbasetemp() / "caches"
    monkeypatch.setenv("UV_CACHE_DIR", str(caches / "uv"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(caches / "pip"))


@pytest.fixture
def options(index: Index, tmp_path: Path) -> dict[str, Any]:
    return {"index": index.url, "cache": tmp_path / "environments"}


def test_code_runs_with_packages_that_were_installed_beforehand(make: Make, options: dict[str, Any], index: Index):
    environment = prepare_environment(["first-thing"], **options)
    assert "first-thing==2.0" in environment.lock.replace("_", "-")
    assert environment.lock.count("--hash=sha256:") == 2
    executor = make(virtual_env_context=environment)
    assert run(executor, "import first_thing; print(first_thing.word)").output == "of the second\n"
    assert run(executor, "import pydantic").exit_code == 1  # which this process has
    assert find_spec("first_thing") is None
    asked = len(index.asked)
    assert prepare_environment(["first-thing"], **options) == environment
    assert len(index.asked) == asked


def test_other_versions_are_another_environment(make: Make, options: dict[str, Any]):
    environment = prepare_environment(["first-thing<2"], **options)
    assert run(make(virtual_env_context=environment), "import first_thing; print(first_thing.word)").output == "old\n"


def test_code_cannot_change_its_environment(make: Make, options: dict[str, Any]):
    environment = prepare_environment(["second-thing"], **options)
    executor = make(virtual_env_context=environment)
    result = run(executor, "import second_thing; print(second_thing.word)\nopen(second_thing.__file__, 'a')")
    assert (result.exit_code, result.output.endswith("of the second\n")) == (1, True)


async def test_it_is_made_once_however_many_ask_at_a_time(options: dict[str, Any], index: Index):
    counts: list[int] = []
    for name, times in (("one", 1), ("three", 3)):
        asked, cache = len(index.asked), options["cache"] / name
        together = (a_prepare_environment(["second-thing"], **{**options, "cache": cache}) for _ in range(times))
        assert len(set(await asyncio.gather(*together))) == 1
        counts.append(len(index.asked) - asked)
    assert 0 < counts[1] <= counts[0]


async def test_what_is_cancelled_or_half_made_is_made_anew(options: dict[str, Any]):
    task = asyncio.create_task(a_prepare_environment(["second-thing"], **options))
    asyncio.get_running_loop().call_later(0.03, task.cancel)
    with pytest.raises(asyncio.CancelledError):
        await task
    environment = await a_prepare_environment(["second-thing"], **options)
    (Path(environment.env_dir) / "environment.json").write_text("{")
    assert await a_prepare_environment(["second-thing"], **options) == environment


def test_without_uv_pip_makes_it(make: Make, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(installers, "find_uv", lambda: None)
    environment = prepare_environment(["first-thing"], **options)
    assert sorted(line.partition("==")[0].replace("_", "-") for line in environment.lock.splitlines()) == [
        "first-thing",
        "second-thing",
    ]
    result = run(make(virtual_env_context=environment), "import first_thing; print(first_thing.word)")
    assert result.output == "of the second\n"


@pytest.mark.parametrize(("package", "has_uv"), [("not-there", True), ("only-source", True), ("only-source", False)])
def test_what_cannot_be_had_is_named(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, package: str, has_uv: bool
):
    if not has_uv:
        monkeypatch.setattr(installers, "find_uv", lambda: None)
    with pytest.raises(CodeError, match=f"(?s)No environment could be made with {package}: .*{package[:4]}"):
        prepare_environment([package], **options)
    assert [path.name for path in options["cache"].iterdir() if path.suffix != ".lock"] == []


@pytest.mark.parametrize(
    "package", ["", "-r x", "--index-url=http://x", "x @ http://x/y.whl", "../x", "http://x/y.whl", "x\ny", "x y", "git+x"]
)  # fmt: skip
def test_what_is_no_package_of_an_index_is_refused(package: str):
    with pytest.raises(ValueError, match="is no package of an index"):
        prepare_environment([package])


def test_one_package_is_a_list_too():
    with pytest.raises(ValueError, match=r"give a list, such as \['pandas'\]"):
        prepare_environment("pandas")


def test_functions_get_the_packages_that_they_ask_for(
    make: Make, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    @with_requirements(python_packages=["first-thing>=1"], global_imports=["first_thing"])
    def word() -> str:
        return first_thing.word  # noqa: F821 - imported where it runs  # pyright: ignore[reportUndefinedVariable]

    executor = make(functions=[word])
    result = run(executor, "from functions import word; import pydantic; print(word())")
    assert (result.exit_code, result.output) == (0, "of the second\n")


def test_what_is_there_already_is_not_installed(make: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/")

    @with_requirements(python_packages=["pydantic>=1", "httpx; python_version < '3'"])
    def there() -> str:
        return "there"

    executor = make(functions=[there])
    blocks = [CodeBlock("from functions import there; print(there())", "python")]
    assert executor.execute_code_blocks(blocks).output == "there\n"
