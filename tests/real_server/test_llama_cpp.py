"""A real server that holds its model to grammars: llama.cpp, with a tiny model of random weights. Left out unless asked for.

uv venv /tmp/llama && uv pip install --python /tmp/llama xllamacpp gguf
LLAMA_CPP_PYTHON=/tmp/llama/bin/python pytest tests/real_server
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from typing_extensions import TypedDict

from autogen import AssistantAgent
from autogen.errors import ContextTooLong
from autogen.events import NoticeRaised
from autogen.memory import TokenLimit
from autogen.messages import tool_calls_of
from autogen.testing import RecordingObserver
from tests.real_server.tiny_model import CALL_TOKEN, CONTEXT_TOKENS, END_TOKEN

PYTHON = os.environ.get("LLAMA_CPP_PYTHON")

pytestmark = pytest.mark.skipif(not PYTHON, reason="LLAMA_CPP_PYTHON names no interpreter with xllamacpp and gguf")

ENDS_EARLY = {str(CALL_TOKEN): 60, str(END_TOKEN): 100}
CALLS_ON = {str(CALL_TOKEN): 100, str(END_TOKEN): 60}


class Choice(TypedDict):
    side: Literal["left", "right"]
    times: Literal[1, 2, 3]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = Path(__file__).parent / "tiny_model.py"
    command = [str(PYTHON), str(script), str(tmp_path_factory.mktemp("model"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        address = next(line.split()[-1] for line in server.stdout if line.startswith("serving at"))
        yield f"{address}/v1"
        server.kill()


def agent_of(url: str, *, tools: Any = (), context: Any = None, **options: Any) -> AssistantAgent:
    entry = {"model": "tiny", "base_url": url, "api_key": "none", "max_tokens": 300, "seed": 7, **options}
    return AssistantAgent("assistant", "Pick.", llm_config=entry, tools=tools, context=context)


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("bias", "least"), [(ENDS_EARLY, 1), (CALLS_ON, 2)], ids=["one call", "many calls"])
async def test_calls_that_a_grammar_wrote_are_run_and_their_answers_taken(
    url: str, streams: bool, bias: dict[str, int], least: int
) -> None:
    picked: list[tuple[str, bool]] = []

    async def pick(side: Literal["left", "right"], twice: bool) -> str:
        """Pick a side."""
        picked.append((side, twice))
        return f"picked {side}"

    options = {"tool_choice": "required", "logit_bias": bias, "parallel_tool_calls": least > 1, "stream": streams}
    agent = agent_of(url, tools=[pick], **options)
    result = await agent.run("Left or right?", max_turns=3)
    asked = tool_calls_of(result.chat_history[1])
    assert len(asked) >= least
    assert len({call.get("id") for call in asked}) == len(asked)
    if least == 1:  # the other one goes on calling until it is cut off, and then nothing is run
        assert len(picked) == 1
        assert {side for side, _ in picked} <= {"left", "right"}
        assert [message.get("role") for message in result.chat_history] == ["user", "assistant", "tool", "assistant"]
        assert result.usage is not None
        assert result.usage.input_tokens > 200
    else:
        assert picked == []
        assert "cut off at the token limit" in str(result.chat_history[2].get("content"))


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
async def test_an_answer_of_a_type_is_held_to_its_schema(url: str, streams: bool) -> None:
    for seed in range(5):
        result = await agent_of(url, stream=streams, seed=seed).run("Which?", output_type=Choice)
        assert result.output["side"] in {"left", "right"}
        assert result.output["times"] in {1, 2, 3}
        assert result.usage is not None
        assert result.usage.calls == 1


async def test_a_conversation_that_is_too_long_fails_or_is_cut_as_it_was_told(url: str) -> None:
    with pytest.raises(ContextTooLong, match=f"{CONTEXT_TOKENS} tokens"):
        await agent_of(url, max_tokens=20).run("word " * 2_000)
    agent, watch = agent_of(url, max_tokens=20, context=TokenLimit()), RecordingObserver()
    for turn in range(9):
        result = await agent.run("word " * 150, clear_history=turn == 0, observers=[watch])
        assert result.usage is not None
        assert result.usage.input_tokens < CONTEXT_TOKENS
    told = [event.text for event in watch.events if isinstance(event, NoticeRaised) and "too long" in event.text]
    assert len(told) == 1
