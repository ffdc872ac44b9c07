"""Caches of replies: off by default, JSON on disk, and never a reason to fail."""

from __future__ import annotations

import json
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from autogen import AssistantAgent, Cache, UserProxyAgent
from autogen.cache.in_memory_cache import InMemoryCache
from autogen.models.cache import CachedModel, DiskCache, key_of
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.factory import model_from_config
from autogen.testing import ScriptedModel
from tests.models.asking import KEY, config
from tests.servers.openai_server import OpenAIServer, reply, tool_call

HI = ModelRequest([{"role": "user", "content": "Hi"}])


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    cache = Cache.in_memory(1) if request.param == "memory" else Cache.disk(1, str(tmp_path))
    with cache as opened:
        yield opened


async def test_what_was_asked_before_is_answered_without_asking(store: Cache) -> None:
    model = CachedModel(ScriptedModel("One.", "Two."), store)
    first, again = await model.create(HI), await model.create(HI)
    assert (first.message, first.from_cache) == (again.message, False)
    assert again.from_cache
    assert again.usage == first.usage
    other = ModelRequest([{"role": "user", "content": "Bye"}])
    assert (await model.create(other)).message.get("content") == "Two."


async def test_a_cached_reply_is_heard_as_well(store: Cache) -> None:
    heard: list[tuple[str, str]] = []
    model = CachedModel(ScriptedModel("One."), store)
    await model.create(HI)
    await model.create(ModelRequest(HI.messages, on_delta=lambda text, kind: heard.append((kind, text))))
    assert heard == [("content", "One.")]


@pytest.mark.parametrize("reason", ["length", "content_filter", "refusal", "unknown"])
async def test_a_reply_that_is_not_whole_is_not_kept(store: Cache, reason: Any) -> None:
    cut = ModelReply({"role": "assistant", "content": "Ha"}, "m", None, reason)
    model = CachedModel(ScriptedModel(cut, "Whole."), store)
    await model.create(HI)
    assert (await model.create(HI)).message.get("content") == "Whole."


async def test_odd_text_and_calls_come_back_as_they_were(store: Cache) -> None:
    said: Any = {
        "role": "assistant",
        "content": "a\x00\ud800é",
        "tool_calls": [tool_call("add", a=1)],
        "py/object": "x",
    }
    model = CachedModel(ScriptedModel(ModelReply(said, "m", None, "tool_calls")), store)
    await model.create(HI)
    assert (await model.create(HI)).message == said


async def test_an_entry_of_another_version_is_asked_anew(store: Cache) -> None:
    for odd in (
        {"v": 0},
        "text",
        {"v": 1},
        {"v": 1, "message": 1, "model": "m", "usage": {"x": 1}, "finish_reason": "stop"},
    ):
        store.set(key_of("scripted", HI), odd)
        answer = await CachedModel(ScriptedModel("New."), store).create(HI)
        assert answer.message.get("content") == "New.", odd


async def test_an_answer_that_is_too_old_is_asked_for_anew(tmp_path: Path) -> None:
    for store in (Cache.in_memory(expires_s=60), Cache.disk(1, str(tmp_path), expires_s=60)):
        now = [1_000.0]
        model = CachedModel(ScriptedModel("One.", "Two."), store, clock=lambda now=now: now[0])
        said: list[Any] = []
        for moment in (0, 59, 60, 100):
            now[0] = 1_000.0 + moment
            said.append((await model.create(HI)).message.get("content"))
        assert said == ["One.", "One.", "Two.", "Two."]


def test_a_cache_seed_may_have_an_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model: Any = model_from_config(config("http://127.0.0.1:9/v1", cache_seed=5, cache_expires_s=60))
    assert model.store.expires_s == 60
    with pytest.raises(ValueError, match="expires_s=0"):
        Cache.disk(expires_s=0)


def test_the_key_depends_on_model_messages_tools_and_options_and_on_no_secret() -> None:
    asked = ModelRequest(HI.messages, ({"type": "function"},), {"temperature": 0})
    keys = {
        key_of("a", HI),
        key_of("b", HI),
        key_of("a", asked),
        key_of("a", ModelRequest(HI.messages, (), {"temperature": 0})),
        key_of("a", ModelRequest([], (), {})),
    }
    assert len(keys) == 5
    fingerprints = [
        json.dumps(getattr(model_from_config(config("http://127.0.0.1:9/v1", api_key=key)), "fingerprint"))  # noqa: B009 - the port has no such attribute
        for key in (KEY, "another")
    ]
    assert fingerprints[0] == fingerprints[1]
    assert KEY not in fingerprints[0]


def test_a_question_that_is_not_json_cannot_be_cached_and_says_so() -> None:
    with pytest.raises(TypeError, match="cannot be cached"):
        key_of("a", ModelRequest([], (), {"x": object()}))


def test_the_disk_holds_json_and_nothing_that_is_run(tmp_path: Path) -> None:
    with Cache.disk(7, str(tmp_path)) as cache:
        cache.set("k", {"a": [1, None, "x"]})
        with pytest.raises(TypeError):
            cache.set("odd", object())
    rows = sqlite3.connect(tmp_path / "7" / "replies.sqlite3")
    assert rows.execute("SELECT key, value FROM replies").fetchall() == [("k", '{"a": [1, null, "x"]}')]
    rows.close()


def test_another_seed_is_another_cache_and_no_seed_leaves_the_folder(tmp_path: Path) -> None:
    for seed in ("../../outside", "..", "", "a/b", "x" * 50):
        cache = DiskCache(seed, tmp_path)
        assert cache.path.parent.parent == tmp_path
        cache.set("k", seed)
        cache.close()
        assert cache.get("k") == seed
        cache.close()


@pytest.mark.parametrize("damage", [b"not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_dropped_with_one_warning(
    tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "1" / "replies.sqlite3"
    path.parent.mkdir()
    path.write_bytes(damage)
    with Cache.disk(1, str(tmp_path)) as cache:
        for _ in range(3):
            cache.get("k")
        cache.set("k", "v")
        assert cache.get("k") == "v"
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "was damaged" in caplog.text
    assert "begun anew" in caplog.text


def test_a_flipped_row_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    with Cache.disk(1, str(tmp_path)) as cache:
        cache.set("k", "v")
        cache.close()
        rows = sqlite3.connect(cache.path)
        rows.execute("UPDATE replies SET value = '{cut'")
        rows.commit()
        rows.close()
        assert cache.get("k", "default") == "default"


def test_a_place_that_cannot_be_written_is_not_used_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "1").write_text("a file where the folder should be")
    with Cache.disk(1, str(tmp_path)) as cache:
        cache.set("k", "v")
        assert cache.get("k") is None
    assert len(caplog.records) == 1
    assert "is not used" in caplog.text


def test_two_caches_on_one_file_see_one_another(tmp_path: Path) -> None:
    with Cache.disk(1, str(tmp_path)) as one, Cache.disk(1, str(tmp_path)) as two:
        one.set("k", 1)
        two.set("k", 2)
        assert one.get("k") == two.get("k") == 2


def test_the_classic_memory_cache_takes_any_value() -> None:
    cache, value = InMemoryCache("seed"), object()
    cache.set("k", value)
    assert (cache.get("k"), cache.get("other", 3)) == (value, 3)


async def test_a_store_of_the_users_own_may_be_async() -> None:
    class Kept(dict[str, Any]):
        async def aget(self, key: str, default: Any = None) -> Any:
            return super().get(key, default)

        async def set(self, key: str, value: Any) -> None:
            self[key] = value

    class Store:
        def __init__(self) -> None:
            self.kept = Kept()

        async def get(self, key: str, default: Any = None) -> Any:
            return await self.kept.aget(key, default)

        async def set(self, key: str, value: Any) -> None:
            await self.kept.set(key, value)

    model = CachedModel(ScriptedModel("One."), Store())
    assert [(await model.create(HI)).from_cache for _ in range(2)] == [False, True]


def test_nothing_is_cached_unless_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with OpenAIServer(reply("TERMINATE")) as server:
        for seed in ({}, {"cache_seed": None}):
            agent = AssistantAgent("assistant", llm_config=config(server.url, **seed))
            agent.run_sync("Hi")
            agent.run_sync("Hi")
    assert len(server.requests) == 4
    assert list(tmp_path.iterdir()) == []


def test_a_cache_seed_keeps_answers_between_agents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with OpenAIServer(reply("TERMINATE")) as server:
        for _ in range(2):
            agent = AssistantAgent("assistant", llm_config=config(server.url, cache_seed=41))
            assert agent.run_sync("Hi").summary == ""
    assert len(server.requests) == 1
    assert (tmp_path / ".cache" / "41" / "replies.sqlite3").is_file()


def test_a_cache_given_to_a_chat_counts_and_its_answers_cost_nothing(tmp_path: Path) -> None:
    with OpenAIServer(reply("TERMINATE")) as server, Cache.disk(5, str(tmp_path)) as cache:
        for paid in (True, False):
            assistant = AssistantAgent("assistant", llm_config=config(server.url, price=[1, 1]))
            user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
            result = user.initiate_chat(assistant, message="Hi", cache=cache, silent=True)
            excluding: Any = result.cost["usage_excluding_cached_inference"]
            assert (excluding["total_cost"] > 0) is paid
    assert len(server.requests) == 1
