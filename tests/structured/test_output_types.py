"""Answers of a type: asked for in the provider's way, checked, mended by the model, and read while they are written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from autogen import AssistantAgent, Limits, Output, UserProxyAgent, tool
from autogen.agents.options.output import closed_schema
from autogen.errors import ModelRejected, OutputInvalid
from autogen.events import NoticeRaised, TokenStreamed
from autogen.messages import text_of
from autogen.models.client import ModelReply, ModelRequest
from autogen.testing import RecordingObserver, ScriptedModel, calls, drive


class City(BaseModel):
    """A city."""

    name: str
    people: int = Field(ge=0)
    twin: City | None = None


@dataclass
class Point:
    x: int
    y: int = 0


class Movie(TypedDict):
    title: str
    year: int


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def agent_of(*replies: Any, **options: Any) -> AssistantAgent:
    return AssistantAgent("assistant", "Help.", model=ScriptedModel(*replies), **options)


def requests_of(agent: AssistantAgent) -> list[ModelRequest]:
    model: Any = agent.model
    return model.requests


@pytest.mark.parametrize(
    ("type_", "written", "value"),
    [
        pytest.param(City, '{"name": "Rome", "people": 3}', City(name="Rome", people=3), id="model"),
        pytest.param(Point, '{"x": 1}', Point(1), id="dataclass"),
        pytest.param(Movie, '{"title": "M", "year": 1931}', {"title": "M", "year": 1931}, id="typed dict"),
        pytest.param(list[Point], '{"result": [{"x": 1, "y": 2}]}', [Point(1, 2)], id="list"),
        pytest.param(list[int], "[1, 2]", [1, 2], id="bare list"),
        pytest.param(City | Point, '{"result": {"x": 1, "y": 2}}', Point(1, 2), id="union"),
        pytest.param(City | Point, '{"x": 1, "y": 2}', Point(1, 2), id="bare union"),
        pytest.param(Colour, '{"result": "blue"}', Colour.BLUE, id="enum"),
        pytest.param(Literal["yes", "no"], "yes", "yes", id="literal without quotes"),
        pytest.param(bool, "true", True, id="bool"),
        pytest.param(int, '{"result": 3}', 3, id="number"),
        pytest.param(dict[str, int], '{"result": {"a": 1}}', {"a": 1}, id="dict"),
        pytest.param(Point, 'Here it is:\n```json\n{"x": 1}\n```', Point(1), id="in a fence"),
        pytest.param(Point, 'The answer is {"x": 1}. TERMINATE', Point(1), id="among words"),
    ],
)
async def test_an_answer_is_a_value_of_the_type(type_: Any, written: str, value: Any) -> None:
    if type_ == Literal["yes", "no"]:
        written = json.dumps(written)
    result = await agent_of(written).run("What?", output_type=type_)
    assert result.output == value
    assert type(result.output) is type(value)
    assert text_of(result.chat_history[-1]) == written


@pytest.mark.parametrize("api", ["sync", "async"])
def test_an_agent_may_always_answer_in_a_type(api: Literal["sync", "async"]) -> None:
    agent = agent_of('{"x": 1}', '{"x": 2}', output_type=Point)
    assert [drive(api, agent.run_sync, "What?").output for _ in range(2)] == [Point(1), Point(2)]


async def test_a_user_may_ask_for_a_type() -> None:
    agent = agent_of('{"x": 1}')
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    result = await agent.run("What?", user=user, output_type=Point, max_turns=1)
    assert result.output == Point(1)


async def test_the_type_of_one_run_is_not_that_of_the_next() -> None:
    agent = agent_of('{"x": 1}', "words")
    assert (await agent.run("What?", output_type=Point)).output == Point(1)
    result = await agent.run("What?")
    assert (result.summary, result.output) == ("words", None)
    assert "response_format" not in requests_of(agent)[1].options


async def test_a_run_inside_a_tool_may_have_a_type_too() -> None:
    inner = agent_of('{"x": 1}')

    @tool
    async def ask() -> str:
        """Ask another agent."""
        return repr((await inner.run("Where?", output_type=Point)).output)

    outer = agent_of(calls(ask), '{"name": "Rome", "people": 3}', tools=[ask])
    result = await outer.run("What?", output_type=City)
    assert result.output == City(name="Rome", people=3)
    assert requests_of(outer)[1].messages[-1].get("content") == "Point(x=1, y=0)"


async def test_text_is_asked_for_as_ever() -> None:
    agent = agent_of("words")
    result = await agent.run("What?", output_type=str)
    assert (result.summary, result.output) == ("words", None)
    assert requests_of(agent)[0].options == {}


# How the model is told


async def test_the_provider_is_told_the_schema() -> None:
    agent = agent_of('{"x": 1}')
    await agent.run("What?", output_type=Point)
    described = requests_of(agent)[0].options["response_format"]
    assert described == {
        "type": "json_schema",
        "json_schema": {
            "name": "Point",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}},
                "additionalProperties": False,
                "required": ["x", "y"],
            },
        },
    }


def test_a_schema_that_cannot_be_closed_is_not_strict() -> None:
    described = Output(dict[str, int]).response_format["json_schema"]
    assert described["strict"] is False
    assert closed_schema(City.model_json_schema()) is not None


async def test_the_answer_may_be_the_argument_of_a_tool() -> None:
    @tool
    def look() -> str:
        """Look."""
        return "seen"

    agent = agent_of(calls(look), calls("final_answer", x=1, y=2), tools=[look])
    result = await agent.run("What?", output_type=Output(Point, mode="tool"))
    assert result.output == Point(1, 2)
    assert [each["function"]["name"] for each in requests_of(agent)[1].tools] == ["look", "final_answer"]
    assert text_of(result.chat_history[-1]) == '{"x": 1, "y": 2}'
    assert "tool_calls" not in result.chat_history[-1]


async def test_the_model_may_be_told_in_words() -> None:
    agent = agent_of('{"x": 1}')
    result = await agent.run("What?", output_type=Output(Point, mode="prompt"))
    assert result.output == Point(1)
    told = text_of(requests_of(agent)[0].messages[-1])
    assert told.startswith("Answer with JSON only")
    assert [text_of(message) for message in result.chat_history] == ["What?", '{"x": 1}']


async def test_a_provider_without_schemas_is_asked_in_another_way() -> None:
    agent = agent_of(
        ModelRejected("HTTP 400: response_format json_schema is not supported"),
        ModelRejected("HTTP 400: this model has no tools"),
        '{"x": 1}',
        '{"x": 2}',
        output_type=Point,
    )
    assert (await agent.run("What?")).output == Point(1)
    assert (await agent.run("What?")).output == Point(2)
    assert [sorted(request.options) for request in requests_of(agent)] == [["response_format"], [], [], []]


async def test_a_request_that_is_refused_for_another_reason_stays_refused() -> None:
    agent = agent_of(ModelRejected("HTTP 404: no such model"))
    with pytest.raises(ModelRejected, match="no such model"):
        await agent.run("What?", output_type=Point)


# What does not fit


async def test_what_does_not_fit_goes_back_to_the_model() -> None:
    watch = RecordingObserver()
    agent = agent_of('{"x": "one"}', '{"x": 1}')
    result = await agent.run("What?", output_type=Point, observers=[watch])
    assert result.output == Point(1)
    assert [text_of(message) for message in result.chat_history] == ["What?", '{"x": 1}']
    said, told = requests_of(agent)[1].messages[-2:]
    assert said == {"role": "assistant", "content": '{"x": "one"}'}
    assert text_of(told).startswith("This does not fit: x: Input should be a valid integer")
    assert "got 'one'" in text_of(told)
    notices = [event.text for event in watch.events if isinstance(event, NoticeRaised)]
    assert [text.split(":")[0] for text in notices] == ["The answer of assistant does not fit Point"]
    assert result.usage.calls == 2


async def test_a_model_that_never_arrives_at_an_answer_is_an_error_with_what_was_said() -> None:
    agent = agent_of("no", "still no", "never")
    with pytest.raises(OutputInvalid, match="gave no answer that fits Point") as caught:
        await agent.run("What?", output_type=Output(Point, retries=2))
    assert caught.value.said == "never"
    assert [text_of(message) for message in caught.value.result.chat_history] == ["What?"]
    assert len(requests_of(agent)) == 3


async def test_an_answer_that_was_cut_off_is_not_taken_even_if_it_fits() -> None:
    cut = ModelReply({"role": "assistant", "content": '{"x": 1}'}, finish_reason="length")
    agent = agent_of(cut, '{"x": 2}')
    assert (await agent.run("What?", output_type=Point)).output == Point(2)
    assert "cut off" in text_of(requests_of(agent)[1].messages[-1])


async def test_a_refusal_is_said_and_has_no_value() -> None:
    refusal = ModelReply({"role": "assistant", "content": "I will not."}, finish_reason="refusal")
    result = await agent_of(refusal).run("What?", output_type=Point)
    assert (text_of(result.chat_history[-1]), result.output) == ("I will not.", None)


async def test_mending_counts_for_limits() -> None:
    agent = agent_of("no", "no", "no")
    result = await agent.run("What?", output_type=Point, limits=Limits(model_calls=1))
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"
    assert result.output is None


@pytest.mark.parametrize("type_", [object(), "nothing", 3], ids=["object", "text", "number"])
def test_a_type_that_cannot_be_checked_is_refused_at_once(type_: Any) -> None:
    with pytest.raises(TypeError, match="output_type="):
        agent_of(output_type=type_)


def test_modes_and_retries_make_sense() -> None:
    with pytest.raises(ValueError, match="mode='json'"):
        Output(Point, mode="json")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="retries=-1"):
        Output(Point, retries=-1)


# While it is written


@pytest.mark.parametrize(
    ("output_type", "reply", "last"),
    [
        pytest.param(City, '{"name": "New York", "people": 8}', {"name": "New York", "people": 8}, id="object"),
        pytest.param(list[str], '{"result": ["a b", "c d"]}', ["a b", "c d"], id="wrapped"),
        pytest.param(Output(Point, mode="tool"), calls("final_answer", x=1, y=2), {"x": 1, "y": 2}, id="tool"),
    ],
)
async def test_an_answer_can_be_read_while_it_is_written(output_type: Any, reply: Any, last: Any) -> None:
    stream = agent_of(reply).run_stream("What?", output_type=output_type)
    seen: list[Any] = [stream.output_so_far]
    async for event in stream:
        seen += [stream.output_so_far] if isinstance(event, TokenStreamed) else []
    assert seen[0] is None
    assert seen[-1] == last
    if output_type is City:
        assert {"name": "New "} in seen
    assert stream.result is not None
    expected: Output[Any] = output_type if isinstance(output_type, Output) else Output(output_type)
    assert stream.result.output == expected.read(json.dumps(last))


async def test_members_of_a_type_are_told_by_their_place() -> None:
    agent = agent_of('{"name": "A", "people": -1, "twin": {"name": "B"}}', '{"name": "A", "people": 1}')
    await agent.run("What?", output_type=City)
    told = text_of(requests_of(agent)[1].messages[-1])
    assert "people: Input should be greater than or equal to 0" in told
    assert "twin.people: Field required" in told
