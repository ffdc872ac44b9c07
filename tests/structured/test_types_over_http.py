"""Answers of a type from a server of OpenAI's protocol: with its JSON-schema mode, and without."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from autogen import AssistantAgent
from tests.servers.openai_server import OpenAIServer, Received, reply, status, tool_call


@dataclass
class Point:
    x: int
    y: int


def answered(answer: Any, received: Received) -> Any:
    """Return what an answer of the server's makes of a request."""
    return answer(received)


def by_the_schema(received: Received) -> Any:
    """Answer as a server that holds a model to the schema, key by key."""
    schema = received.body["response_format"]["json_schema"]["schema"]
    return answered(reply(json.dumps(dict.fromkeys(schema["required"], 7))), received)


def without_schemas(received: Received) -> Any:
    """Answer as a server that has tools, and no JSON-schema mode."""
    if "response_format" in received.body:
        return status(400, "Unknown parameter: 'response_format'.")
    return answered(reply(None, tool_calls=[tool_call("final_answer", x=1, y=2)]), received)


async def test_a_server_with_schemas_gets_one() -> None:
    with OpenAIServer(by_the_schema) as server:
        result = await AssistantAgent("a", llm_config=server.config()).run("Where?", output_type=Point)
    assert result.output == Point(7, 7)
    assert server.requests[0].body["response_format"]["json_schema"]["strict"] is True


async def test_a_server_without_schemas_gets_a_tool() -> None:
    agent_type = AssistantAgent
    with OpenAIServer(without_schemas) as server:
        agent = agent_type("a", llm_config=server.config(), output_type=Point)
        results = [await agent.run("Where?") for _ in range(2)]
    assert [result.output for result in results] == [Point(1, 2)] * 2
    assert ["response_format" in request.body for request in server.requests] == [True, False, False]
    assert [tool["function"]["name"] for tool in server.requests[1].body["tools"]] == ["final_answer"]


async def test_what_does_not_fit_is_mended_over_the_wire() -> None:
    with OpenAIServer(reply('{"x": 1}'), reply('{"x": 1, "y": 2}')) as server:
        result = await AssistantAgent("a", llm_config=server.config()).run("Where?", output_type=Point)
    assert result.output == Point(1, 2)
    assert [message["role"] for message in server.requests[1].body["messages"]] == [
        "system", "user", "assistant", "user"
    ]  # fmt: skip


async def test_an_answer_of_a_type_is_streamed() -> None:
    with OpenAIServer(reply('{"x": 1, "y": 2}')) as server:
        stream = AssistantAgent("a", llm_config=server.config()).run_stream("Where?", output_type=Point)
        seen = [stream.output_so_far async for _ in stream]
    assert {"x": 1} in seen
    assert seen[-1] == {"x": 1, "y": 2}
    assert stream.result is not None
    assert stream.result.output == Point(1, 2)
