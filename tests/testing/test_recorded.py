"""A model recorded once from a live server, and replayed for ever."""

import json
from pathlib import Path
from typing import Any

import pytest

from autogen import AssistantAgent, UserProxyAgent
from autogen.errors import ModelError
from autogen.messages import ChatMessage
from autogen.models.client import ModelRequest
from autogen.models.factory import model_from_config
from autogen.testing import RecordedModel, ScriptedModel, forbid_network
from tests.servers.openai_server import OpenAIServer, reply, status, tool_call

KEY = "sk-planted-0123456789abcdef"


def add(a: int, b: int) -> int:
    """Add."""
    return a + b


def chat(model: Any, question: str = "1 + 2?") -> Any:
    assistant = AssistantAgent("assistant", "You add.", model=model)
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    user.register_function({"add": add})
    return user.initiate_chat(assistant, message=question, max_turns=2, silent=True)


def live(server: OpenAIServer) -> Any:
    return model_from_config({"model": "stub", "base_url": server.url, "api_key": KEY, "max_retries": 0})


def record(path: Path) -> Any:
    answers = reply(None, tool_calls=[tool_call("add", a=1, b=2)]), reply("It is 3.")
    with OpenAIServer(*answers) as server:
        model = RecordedModel(path, live(server))
        assert not model.is_replay
        result = chat(model)
    assert len(server.requests) == 2
    return result


def test_a_live_run_is_recorded_once_and_replayed_without_a_network(tmp_path: Path):
    path = tmp_path / "runs" / "add.json"
    recorded = record(path)
    for _ in range(2):
        with forbid_network():
            model = RecordedModel(path)
            replayed = chat(model)
        assert (replayed.chat_history, replayed.summary) == (recorded.chat_history, "It is 3.")
        assert repr(replayed.usage) == repr(recorded.usage)
        assert (model.name, model.is_replay) == ("stub", True)
    assert KEY not in path.read_text()


def test_a_recording_is_for_people_to_read(tmp_path: Path):
    path = tmp_path / "add.json"
    record(path)
    data = json.loads(path.read_text())
    assert (data["version"], data["model"], len(data["calls"])) == (1, "stub", 2)
    lines = [line.rsplit(" #", 1)[0] for line in data["calls"][1]["request"]["messages"]]
    assert lines[:2] == ["system: You add.", "user: 1 + 2?"]
    assert lines[2].startswith('assistant: calls [{"id": "call_1"')
    assert lines[3] == "tool: 3"
    assert data["calls"][1]["reply"]["message"] == {"role": "assistant", "content": "It is 3."}


def test_another_question_is_refused_loudly(tmp_path: Path):
    path = tmp_path / "add.json"
    record(path)
    with pytest.raises(
        AssertionError, match=r"Call 1 differs .* message 1 was 'user: 1 \+ 2\? .* 'user: 2 \+ 2\?"
    ) as told:
        chat(RecordedModel(path), "2 + 2?")
    assert "Delete the file to record it anew." in str(told.value)


def test_more_calls_than_recorded_are_refused_loudly(tmp_path: Path):
    path = tmp_path / "add.json"
    record(path)
    model = RecordedModel(path)
    chat(model)
    with pytest.raises(AssertionError, match=r"add\.json has 2 calls, and the model was asked 3 times"):
        chat(model)


def test_a_replay_by_position_alone_takes_any_question(tmp_path: Path):
    path = tmp_path / "add.json"
    record(path)
    assert chat(RecordedModel(path, check_requests=False), "What time is it?").summary == "It is 3."


def request(*texts: str, **named: Any) -> ModelRequest:
    messages: list[ChatMessage] = [{"role": "user", "content": text} for text in texts]
    return ModelRequest(messages, **named)


@pytest.mark.parametrize(
    ("asked", "difference"),
    [
        (request("Hi", "again"), "it had 1 messages and has 2"),
        (
            request("Hi", tools=[{"type": "function", "function": {"name": "add"}}]),
            r"the tools were \[\] and are \['add'\]",
        ),
        (request("Hi", options={"temperature": 1}), r"the options were \{\} and are \{'temperature': 1\}"),
        (request("x" * 1000), r"x… \(1000 characters\)"),
    ],
)
async def test_what_differs_is_named(tmp_path: Path, asked: ModelRequest, difference: str):
    path = tmp_path / "a.json"
    await RecordedModel(path, ScriptedModel("Ho")).create(request("Hi"))
    with pytest.raises(AssertionError, match=difference):
        await RecordedModel(path).create(asked)


async def test_a_replay_streams_and_takes_its_time(tmp_path: Path):
    path, heard, waits = tmp_path / "a.json", list[str](), list[float]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    await RecordedModel(path, ScriptedModel("One two.")).create(request("Hi"))
    model = RecordedModel(path, word_s=0.1, sleep=sleep)
    await model.create(request("Hi", on_delta=lambda text, kind: heard.append(text)))
    assert (heard, waits) == (["One ", "two."], [0.1, 0.1])


async def test_a_call_that_failed_is_not_recorded(tmp_path: Path):
    path = tmp_path / "a.json"
    with OpenAIServer(status(401)) as server:
        model = RecordedModel(path, live(server))
        with pytest.raises(ModelError):
            await model.create(request("Hi"))
    assert not path.exists()


def test_nothing_to_replay_and_nobody_to_ask(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"There is no recording at .* Give RecordedModel a model"):
        RecordedModel(tmp_path / "none.json")


@pytest.mark.parametrize("text", ["not json", "[]", "{}", '{"version": 99, "calls": []}'])
def test_another_file_is_no_recording(tmp_path: Path, text: str):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="is not a recording"):
        RecordedModel(path)
