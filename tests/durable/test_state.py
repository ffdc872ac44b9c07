"""What tools keep in the process is as it was when a run is resumed, although their recorded calls are not made again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from autogen import AssistantAgent, Tool, UserProxyAgent, run_settings
from autogen.chats.resume import replay, rerun
from autogen.errors import NotStorable
from autogen.messages import text_of
from autogen.stores.sqlite import SQLiteJournal
from autogen.testing import FunctionModel, calls

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.models.client import ModelRequest


class Basket:
    """A state with methods of its own."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def save_state(self) -> Any:
        return {"items": self.items}

    def load_state(self, state: Any) -> None:
        self.items = state["items"]


class AsyncBasket:
    """The same, with async methods."""

    def __init__(self) -> None:
        self.items: list[str] = []

    async def save_state(self) -> Any:
        return {"items": self.items}

    async def load_state(self, state: Any) -> None:
        self.items = state["items"]


class Shop:
    """An assistant that puts things into a basket; its tools share what they keep, and crash when told to."""

    def __init__(
        self, journal: Path, kept: Any, *, crash_at: str = "", wishes: tuple[Any, ...] = ("milk", "eggs")
    ) -> None:
        self.journal, self.kept, self.crash_at, self.wishes = journal, kept, crash_at, wishes
        self.calls: list[str] = []

    @property
    def items(self) -> list[str]:
        if isinstance(self.kept, (list, dict)):
            return self.kept if isinstance(self.kept, list) else self.kept["items"]
        return self.kept.items

    def reply(self, request: ModelRequest) -> Any:
        done = sum("tool_calls" in message for message in request.messages)
        if done == len(self.wishes):
            return f"{text_of(request.messages[-1])} TERMINATE"
        wish = self.wishes[done]
        if isinstance(wish, tuple):
            return [calls("put", item=item) for item in cast("tuple[str, ...]", wish)]
        return calls("put", item=wish) if wish else calls("count")

    def hold(self) -> str:
        def put(item: str) -> str:
            """Put something into the basket."""
            self.calls.append(item)
            if item == self.crash_at:
                raise KeyboardInterrupt
            self.items.append(item)
            return f"{len(self.items)} things"

        def count() -> str:
            """Count what is in the basket."""
            self.calls.append("count")
            return f"{len(self.items)} things"

        user = UserProxyAgent(
            "user",
            tools=[Tool(put, state=self.kept, effect="repeatable"), Tool(count, state=self.kept)],
            human_input_mode="NEVER",
            code_execution_config=False,
            is_termination_msg=lambda message: "TERMINATE" in text_of(message),
        )
        assistant = AssistantAgent("assistant", model=FunctionModel(self.reply))
        return user.initiate_chat(assistant, message="Shop.", silent=True).summary.strip()

    def go(self) -> str:
        with run_settings(journal=self.journal, run_id="job", resume=True, observers=[]):
            return self.hold()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.mark.parametrize(
    "kind", [Basket, AsyncBasket, list, lambda: {"items": []}], ids=["object", "async", "list", "dict"]
)
def test_a_call_that_is_recalled_brings_back_what_it_changed(journal: Path, kind: Any):
    with pytest.raises(KeyboardInterrupt):
        Shop(journal, kind(), crash_at="eggs").go()
    again = Shop(journal, kind())
    assert again.go() == "2 things"
    assert (again.calls, again.items) == (["eggs"], ["milk", "eggs"])


def test_calls_at_the_same_time_bring_back_the_newest_state(journal: Path):
    wishes = (("milk", "eggs", "flour"), "salt")
    with pytest.raises(KeyboardInterrupt):
        Shop(journal, Basket(), crash_at="salt", wishes=wishes).go()
    again = Shop(journal, Basket(), wishes=wishes)
    assert again.go() == "4 things"
    assert sorted(again.items) == ["eggs", "flour", "milk", "salt"]


def test_a_state_is_recorded_where_it_has_changed(journal: Path):
    Shop(journal, Basket(), wishes=("milk", "", "eggs", "")).go()
    store = SQLiteJournal(journal)
    rows = store.connection.execute("SELECT facts FROM records WHERE type = 'StepEnded' ORDER BY position").fetchall()
    store.close()
    details = [facts.get("details", {}) for facts in (json.loads(row[0]) for row in rows) if facts["kind"] == "tool"]
    assert [each.get("state") for each in details] == [{"items": ["milk"]}, None, {"items": ["milk", "eggs"]}, None]


def test_a_replay_brings_it_back(journal: Path):
    Shop(journal, Basket()).go()
    again = Shop(journal, Basket())
    with replay(journal, "job"):
        again.go()
    assert (again.calls, again.items) == ([], ["milk", "eggs"])


def test_in_a_rerun_a_call_holds_only_with_the_state_it_had(journal: Path):
    Shop(journal, Basket(), wishes=("milk", "eggs", "")).go()
    same, other = (
        Shop(journal, Basket(), wishes=("milk", "eggs", "")),
        Shop(journal, Basket(), wishes=("milk", "eggs", "")),
    )
    with rerun(journal, "job", "same") as report:
        same.go()
    assert (same.calls, same.items, report.paid) == ([], ["milk", "eggs"], [])
    other.kept.items = ["bread"]  # as if the program now began with something in it
    with rerun(journal, "job", "other") as report:
        other.go()
    assert (other.calls, other.items) == (["milk", "eggs", "count"], ["bread", "milk", "eggs"])
    assert [step.why for step in report.paid if step.kind == "tool"] == [
        "state of put differs",
        "state of put differs",
        "state of count differs",
    ]
    with run_settings(journal=journal, run_id="same", resume=True, observers=[]):
        last = Shop(journal, Basket(), wishes=("milk", "eggs", ""))
        last.hold()
    assert (last.calls, last.items) == ([], ["milk", "eggs"])


@pytest.mark.parametrize("value", [{1: "x"}, {"x": {2}}, {"x": (1,)}, {"x": float("nan")}], ids=repr)
def test_a_state_that_is_not_json_is_refused_before_the_call(journal: Path, value: Any):
    shop = Shop(journal, {"items": [], "more": value})
    with pytest.raises(NotStorable, match=r"state of the tool 'put'.*JSON values only"):
        shop.go()
    assert shop.calls == []


def test_what_cannot_be_saved_is_no_state():
    with pytest.raises(TypeError, match=r"save_state\(\) and load_state"):
        Tool(len, state="text")  # type: ignore[arg-type]
