"""The runtime log: what is written of agents, models and tools, what is not, and what happens when it fails."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import autogen
from autogen import AssistantAgent, OpenAIWrapper, UserProxyAgent, runtime_logging
from autogen.errors import NotAuthorised
from autogen.logger import FileLogger, SqliteLogger
from autogen.logger.logger_utils import to_dict
from autogen.testing import ScriptedModel, calls, drive
from tests.servers.openai_server import OpenAIServer, reply, status

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "a-key-that-nobody-should-see"
TABLES = ("chat_completions", "agents", "oai_wrappers", "oai_clients", "events", "function_calls")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    runtime_logging.stop()


def config(url: str) -> dict[str, Any]:
    entry = {"model": "stub", "api_key": KEY, "base_url": url, "default_headers": {"x-key": KEY}, "price": [1, 2]}
    return {"config_list": [entry], "temperature": 0, "max_retries": 0}


def add(a: int, b: int) -> int:
    """Add."""
    return a + b


def user(**options: Any) -> UserProxyAgent:
    return UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, **options)


def rows(statement: str) -> list[tuple[Any, ...]]:
    return runtime_logging.get_connection().execute(statement).fetchall()


def entries(path: str = "autogen_logs/runtime.log") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_a_chat_is_written_with_its_requests_and_prices(api: str) -> None:
    with OpenAIServer(reply("Hello.")) as server:
        session = runtime_logging.start(config={"dbname": "logs.db"})
        assistant = AssistantAgent("assistant", llm_config=config(server.url), system_message="Help.")
        drive(api, user().initiate_chat, assistant, message="Hi", max_turns=1, silent=True)
    [(found, name, request, answer, cached, cost)] = rows(
        "SELECT session_id, source_name, request, response, is_cached, cost FROM chat_completions"
    )
    assert (found, name, cached, cost) == (session, "assistant", 0, pytest.approx(0.02))
    asked = [{"role": "system", "content": "Help."}, {"role": "user", "content": "Hi", "name": "user"}]
    assert json.loads(request) == {"messages": asked, "model": "stub"}
    assert json.loads(answer)["choices"][0]["message"]["content"] == "Hello."
    joined = """SELECT agents.name, oai_clients.class, oai_wrappers.init_args FROM chat_completions
        JOIN agents USING (wrapper_id) JOIN oai_clients USING (client_id)
        JOIN oai_wrappers ON oai_wrappers.wrapper_id = agents.wrapper_id"""
    [(name, client, arguments)] = rows(joined)
    assert (name, client) == ("assistant", "OpenAIClient")
    assert json.loads(arguments)["temperature"] == 0
    heard = rows("SELECT source_name FROM events WHERE event_name = 'received_message' ORDER BY id")
    assert heard == [("assistant",), ("user",)]


@pytest.mark.parametrize("kind", ["sqlite", "file"])
def test_no_key_and_no_address_is_written(kind: str) -> None:
    with OpenAIServer(reply("Hello.")) as server:
        runtime_logging.start(logger_type=kind)
        assistant = AssistantAgent("assistant", llm_config=config(server.url))
        user().initiate_chat(assistant, message="Hi", max_turns=1, silent=True)
        OpenAIWrapper(**config(server.url)).create(messages=[{"role": "user", "content": "Hi"}])
        runtime_logging.stop()
        written = b"".join(path.read_bytes() for path in Path().rglob("*") if path.is_file())
    assert b"assistant" in written
    assert KEY.encode() not in written
    assert server.url.encode() not in written


def test_tools_are_written_with_what_they_were_given_and_returned() -> None:
    runtime_logging.start()
    assistant = AssistantAgent("assistant", model=ScriptedModel(calls(add, a=1, b=2), "It is 3."), tools=[add])
    assistant.run_sync("1 + 2?")
    [(name, function, given, returned)] = rows("SELECT source_name, function_name, args, returns FROM function_calls")
    assert (name, function, returned) == ("assistant", "add", '"3"')
    assert json.loads(given) in ({"a": 1, "b": 2}, json.dumps({"a": 1, "b": 2}))


def test_a_call_that_fails_is_written_with_its_error() -> None:
    with OpenAIServer(status(401, "Who are you?")) as server:
        runtime_logging.start(logger_type="file")
        assistant = AssistantAgent("assistant", llm_config=config(server.url))
        with pytest.raises(NotAuthorised):
            assistant.run_sync("Hi")
    [call] = [entry for entry in entries() if "invocation_id" in entry]
    assert (call["source_name"], call["cost"]) == ("assistant", 0.0)
    assert "Who are you?" in call["response"]


def test_the_wrapper_writes_its_calls_too() -> None:
    with OpenAIServer(reply("Hello.")) as server:
        runtime_logging.start()
        client = OpenAIWrapper(**config(server.url))
        client.create(messages=[{"role": "user", "content": "Hi"}], agent="somebody", cache_seed=1)
        client.create(messages=[{"role": "user", "content": "Hi"}], agent="somebody", cache_seed=1)
    found = rows("SELECT source_name, wrapper_id, is_cached FROM chat_completions")
    assert found == [("somebody", id(client), 0), ("somebody", id(client), 1)]
    assert rows("SELECT wrapper_id FROM oai_wrappers") == [(id(client),)]
    assert len(rows("SELECT * FROM oai_clients")) == 1


def test_the_console_shows_a_chat_that_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    runtime_logging.start(logger_type="file")
    user().initiate_chat(AssistantAgent("assistant", model=ScriptedModel("Good day.")), message="Hi", max_turns=1)
    assert "Good day." in capsys.readouterr().out


def test_nothing_is_written_after_the_end() -> None:
    runtime_logging.start(logger_type="file")
    runtime_logging.stop()
    AssistantAgent("assistant", model=ScriptedModel("Good day.")).run_sync("Hi")
    assert [entry.get("event_name") for entry in entries()] == ["session_started"]


def test_a_second_start_ends_the_first_log() -> None:
    first = runtime_logging.start(logger_type="file", config={"filename": "one.log"})
    second = runtime_logging.start(logger_type="file", config={"filename": "two.log"})
    AssistantAgent("assistant", model=ScriptedModel("Good day."))
    runtime_logging.stop()
    assert [entry.get("session_id") for entry in entries("autogen_logs/one.log")] == [first]
    assert [entry["session_id"] for entry in entries("autogen_logs/two.log")] == [second] * 2


def test_a_log_that_cannot_be_opened_is_an_error_at_once() -> None:
    with pytest.raises(sqlite3.OperationalError):
        runtime_logging.start(config={"dbname": "missing/logs.db"})
    Path("autogen_logs").write_text("in the way")
    with pytest.raises(FileExistsError):
        runtime_logging.start(logger_type="file")
    assert runtime_logging.logging_enabled() is False


def test_a_log_that_fails_is_told_once_and_the_chat_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    logger = SqliteLogger({"dbname": "logs.db"})
    runtime_logging.start(logger)
    logger.con.close()
    assistant = AssistantAgent("assistant", model=ScriptedModel("Good day."))
    assert assistant.run_sync("Hi").summary == "Good day."
    assert ["failed; the program goes on" in record.getMessage() for record in caplog.records] == [True]


def test_a_log_that_is_off_says_so_when_it_is_written_by_hand(caplog: pytest.LogCaptureFixture) -> None:
    runtime_logging.log_event("somebody", "something")
    assert runtime_logging.get_connection() is None
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


def test_a_logger_of_ones_own_is_told_everything() -> None:
    told: list[str] = []

    class Own:
        def start(self) -> str:
            return "mine"

        def __getattr__(self, name: str) -> Any:
            return lambda *_, **__: told.append(name)

    assert runtime_logging.start(Own()) == "mine"  # pyright: ignore[reportArgumentType] - its methods are made up
    AssistantAgent("assistant", model=ScriptedModel(calls(add, a=1, b=2), "3"), tools=[add]).run_sync("1 + 2?")
    runtime_logging.stop()
    kinds = {"log_new_agent", "log_event", "log_chat_completion", "log_new_client", "log_function_use", "stop"}
    assert set(told) == kinds


def write_all(logger: Any, source: Any) -> None:
    logger.log_chat_completion("1", 2, 3, source, {"messages": []}, None, 0, 0.5, "now")
    logger.log_new_agent(source, {"name": "ann", "api_key": KEY})
    logger.log_event(source, "looked", at=object())
    logger.log_new_wrapper(object(), {"config_list": [{"model": "m", "api_key": KEY, "max_tokens": 5}]})
    logger.log_new_client(object(), object(), {"api_key": KEY})
    logger.log_function_use(source, add, {"a": 1}, {1, 2})


@pytest.mark.parametrize("source", ["ann", autogen.ConversableAgent("ann", llm_config=False)], ids=["name", "agent"])
def test_a_log_can_be_written_by_hand(source: Any) -> None:
    logger = FileLogger({"filename": "by_hand.log"})
    write_all(logger, source)
    logger.stop()
    found = entries(logger.log_file)
    assert [len(found), found[1]["args"], found[3]["json_state"]] == [
        6,
        {"name": "ann"},
        '{"config_list": [{"model": "m", "max_tokens": 5}]}',
    ]
    assert json.loads(found[2]["json_state"]) == {"at": "<<non-serializable: object>>"}
    assert {entry.get("source_name", "ann") for entry in found} == {"ann"}

    tables = SqliteLogger({"dbname": "by_hand.db"})
    tables.start()
    write_all(tables, source)
    write_all(tables, source)
    counts = [tables.con.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]  # noqa: S608 - names from above
    tables.stop()
    assert counts == [2, 1, 2, 2, 2, 2]


def test_a_circle_of_objects_ends_as_a_value_for_the_log() -> None:
    class Node:
        def __init__(self) -> None:
            self.next = self

    assert to_dict(Node()) == {"next": "<Node>"}
    assert to_dict(len) == "<len>"
    assert to_dict(add).startswith("def add(a: int, b: int)")
