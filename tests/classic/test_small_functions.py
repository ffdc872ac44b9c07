"""The small functions at old import paths that no program of the recordings calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogen import Cache, ConversableAgent, runtime_logging
from autogen.agentchat.contrib.capabilities.agent_capability import AgentCapability
from autogen.agentchat.contrib.img_utils import get_pil_image, gpt4v_formatter
from autogen.agentchat.utils import consolidate_chat_info, parse_tags_from_content
from autogen.cache.cache_factory import CacheFactory
from autogen.coding.utils import silence_pip
from autogen.errors import MissingExtra
from autogen.formatting_utils import colored
from autogen.retrieve_utils import extract_text_from_pdf, parse_html_to_markdown


def test_a_queue_of_chats_is_checked() -> None:
    agent = ConversableAgent("agent", llm_config=False)
    consolidate_chat_info({"recipient": agent}, uniform_sender=agent)
    consolidate_chat_info([{"recipient": agent, "sender": agent}])
    with pytest.raises(AssertionError, match="sender must be provided"):
        consolidate_chat_info([{"recipient": agent}])
    with pytest.raises(AssertionError, match="recipient must be provided"):
        consolidate_chat_info({"sender": agent})


def test_a_capability_says_how_it_is_added() -> None:
    with pytest.raises(NotImplementedError, match="AgentCapability does not say how it is added to 'agent'"):
        AgentCapability().add_to_agent(ConversableAgent("agent", llm_config=False))


def test_a_cache_is_made_by_its_seed_and_elsewhere_by_nothing(tmp_path: Path) -> None:
    with CacheFactory.cache_factory(7, cache_path_root=str(tmp_path)) as cache:
        cache.set("key", "value")
    with Cache({"cache_seed": 7, "cache_path_root": str(tmp_path)}) as cache:
        assert cache.get("key") == "value"
    for elsewhere in ({"redis_url": "redis://x"}, {"cosmosdb_config": {}}):
        options: dict[str, Any] = elsewhere
        with pytest.raises(ValueError, match="Replies are kept in files"):
            CacheFactory.cache_factory(7, **options)
        with pytest.raises(ValueError, match="Invalid config key"):
            Cache(options)


def test_a_cache_of_ones_own_needs_get_and_set() -> None:
    class Own(Cache):
        pass

    for use in (lambda: Own().get("key"), lambda: Own().set("key", "value")):
        with pytest.raises(NotImplementedError, match="Own needs get and set"):
            use()
    Own().close()


def test_pip_is_made_quiet_and_text_stays_plain() -> None:
    assert silence_pip("! pip install x", "python") == "!pip install -qqq x"
    assert silence_pip("pip install x", "sh") == "pip install -qqq x"
    assert silence_pip("pip install x", "css") == "pip install x"
    assert "text" in colored("text", "red")


def test_tags_are_found_in_parts_too() -> None:
    parts: list[dict[str, Any]] = [{"type": "text", "text": '<img a.png size="2">'}, {"type": "image_url"}]
    assert [tag["attr"] for tag in parse_tags_from_content("img", parts)] == [{"src": "a.png", "size": "2"}]
    assert [tag["attr"] for tag in parse_tags_from_content("img", "<img size='2'>")] == [{"size": "2"}]
    with pytest.raises(ValueError, match="content must be a str or a list"):
        parse_tags_from_content("img", 3)  # type: ignore[arg-type]


def test_what_needs_an_extra_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for package in ("PIL", "pypdf", "bs4"):
        monkeypatch.setitem(__import__("sys").modules, package, None)
    for use in (lambda: get_pil_image("x.png"), lambda: gpt4v_formatter("<img x.png>")):
        with pytest.raises(MissingExtra, match=r"pyautogen\[images\]"):
            use()
    for use in (lambda: extract_text_from_pdf(str(tmp_path)), lambda: parse_html_to_markdown("<p>")):
        with pytest.raises(MissingExtra, match=r"pyautogen\[documents\]"):
            use()


def test_the_runtime_log_is_written_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    agent = ConversableAgent("agent", llm_config=False)
    runtime_logging.start(logger_type="file")
    runtime_logging.log_chat_completion("id", 1, 2, agent, {"messages": []}, "said", 0, 0.1, "now")
    runtime_logging.log_new_agent(agent, {"name": "agent"})
    runtime_logging.log_event(agent, "looked")
    runtime_logging.log_function_use(agent, colored, {"text": "x"}, "x")
    runtime_logging.log_new_wrapper(agent, {})
    runtime_logging.log_new_client(agent, agent, {})
    assert runtime_logging.get_connection() is None
    runtime_logging.stop()
    lines = [json.loads(line) for line in Path("autogen_logs/runtime.log").read_text("utf-8").splitlines()]
    assert [line.get("source_name") or line.get("agent_name") for line in lines] == [
        None, "agent", "agent", "agent", "agent", None, None]  # fmt: skip


def test_the_runtime_log_that_is_off_is_not_written(caplog: pytest.LogCaptureFixture) -> None:
    runtime_logging.log_chat_completion("id", 1, 2, "agent", {}, "said", 0, 0.1, "now")
    runtime_logging.log_new_agent("agent", {})
    runtime_logging.log_function_use("agent", colored, {}, "x")
    runtime_logging.log_new_wrapper("agent", {})
    runtime_logging.log_new_client("agent", "agent", {})
    assert len(caplog.records) == 5
