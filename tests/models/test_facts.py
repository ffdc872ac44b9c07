"""Facts about models: where they come from, which win, and what is done with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from autogen import AssistantAgent
from autogen.errors import ModelRejected
from autogen.memory import TokenLimit
from autogen.models.client import ModelRequest
from autogen.models.factory import model_from_config
from autogen.models.facts import ModelFacts, facts_behind, facts_of, load_facts, room_for_input, set_model_facts
from autogen.models.pacing import LimitedModel, Quota
from autogen.testing import FunctionModel, ScriptedModel
from tests.models.asking import config
from tests.servers.openai_server import OpenAIServer, Received, reply, status, tool_call

OPENAI = "https://api.openai.com/v1"


def answered(answer: Any, received: Received) -> Any:
    """Return what an answer of the server's makes of a request."""
    return answer(received)


@pytest.fixture(autouse=True)
def _nothing_is_told() -> Iterator[None]:
    yield
    set_model_facts("stub", None)


async def test_packages_know_the_models_of_the_great_providers() -> None:
    await load_facts()
    assert facts_of("gpt-4o", OPENAI) == ModelFacts(
        context_tokens=128_000,
        max_output_tokens=16_384,
        takes_tools=True,
        takes_images=True,
        takes_json_schema=True,
        reasons=False,
    )
    assert facts_of("claude-haiku-4-5", "https://api.anthropic.com").context_tokens == 200_000
    assert facts_of("gemini-2.5-flash", "https://generativelanguage.googleapis.com").reasons is True


@pytest.mark.parametrize(
    ("model", "address"),
    [("unheard-of", OPENAI), ("gpt-4o", "http://127.0.0.1:9/v1"), ("gpt-4o", ""), ("gpt-4o", "http://[::1")],
)
def test_what_is_not_known_is_not_guessed(model: str, address: str) -> None:
    assert facts_of(model, address) == ModelFacts()


def test_what_the_configuration_says_wins_over_what_was_told_and_that_over_the_packages() -> None:
    set_model_facts("gpt-4o", ModelFacts(context_tokens=64_000, takes_images=False))
    try:
        model = model_from_config({"model": "gpt-4o", "api_key": "k", "model_facts": {"context_tokens": 1_000}})
        known = facts_behind(model)
    finally:
        set_model_facts("gpt-4o", None)
    assert (known.context_tokens, known.takes_images, known.max_output_tokens) == (1_000, False, 16_384)
    assert facts_behind(model).takes_images is True


def test_of_several_models_the_least_holds_and_what_one_does_not_know_is_not_known() -> None:
    entries = [
        {"model": "a", "model_facts": {"context_tokens": 1_000, "takes_tools": True, "takes_images": False}},
        {"model": "b", "model_facts": {"context_tokens": 2_000, "takes_tools": True}},
    ]
    model = model_from_config({"base_url": "http://127.0.0.1:9/v1", "config_list": entries})
    known = facts_behind(LimitedModel(model, Quota(max_at_once=1)))
    assert known == ModelFacts(context_tokens=1_000, takes_tools=True, takes_images=False)


@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        ({"context": 9}, ValueError, "unknown fact 'context'.*context_tokens"),
        ({"context_tokens": 0}, ValueError, "from 1, not 0"),
        ({"context_tokens": "8k"}, TypeError, "a number of tokens, not '8k'"),
        ({"takes_tools": 1}, TypeError, "True, False or None, not 1"),
        (8_000, TypeError, "dict such as .*not 8000"),
    ],
)
def test_facts_that_cannot_be_are_refused_with_their_name(facts: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        AssistantAgent("agent", llm_config={"model": "m", "model_facts": facts})


def test_facts_told_are_checked_as_well() -> None:
    with pytest.raises(TypeError, match="takes_images"):
        set_model_facts("stub", ModelFacts(takes_images="yes"))  # type: ignore[arg-type]


@pytest.mark.parametrize(("written", "room"), [(None, 750), (100, 900), (9_999, 500)])
def test_room_is_left_for_the_answer(written: int | None, room: int) -> None:
    set_model_facts("scripted", ModelFacts(context_tokens=1_000))
    try:
        assert room_for_input(ScriptedModel("x"), written) == room
    finally:
        set_model_facts("scripted", None)
    assert room_for_input(ScriptedModel("x")) is None


async def test_a_token_limit_without_a_number_is_the_models_context() -> None:
    sizes: list[int] = []

    def answer(received: Received) -> Any:
        sizes.append(len(json.dumps(received.body["messages"])) // 4)
        return answered(reply("x" * 400), received)

    with OpenAIServer(answer) as server:
        entry = config(server.url, model_facts={"context_tokens": 2_000})
        agent = AssistantAgent("agent", "Help.", llm_config=entry, context=TokenLimit())
        for turn in range(30):
            await agent.run("y" * 400, clear_history=turn == 0)
    assert len(sizes) == 30
    assert 1_500 < max(sizes) < 3_500, "the server counts half of what is estimated; all of it would be 6,800"


async def test_a_model_without_json_schemas_is_asked_by_a_tool_and_one_without_tools_by_words() -> None:
    bodies: list[dict[str, Any]] = []

    def answer(received: Received) -> Any:
        bodies.append(received.body)
        if "tools" in received.body:
            return answered(reply(None, tool_calls=[tool_call("final_answer", result=[7])]), received)
        return answered(reply("[7]"), received)

    with OpenAIServer(answer) as server:
        for facts in ({"takes_json_schema": False}, {"takes_json_schema": False, "takes_tools": False}, {}):
            agent = AssistantAgent("agent", llm_config=config(server.url, model_facts=facts))
            assert (await agent.run("Which?", output_type=list[int])).output == [7]
    assert [("response_format" in body, "tools" in body) for body in bodies] == [
        (False, True), (False, False), (True, False)
    ]  # fmt: skip


async def test_a_rejection_names_what_the_model_is_known_not_to_take() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    request = ModelRequest([{"role": "user", "content": [picture]}], tools=[{"type": "function", "function": {}}])  # type: ignore[list-item]
    with OpenAIServer(status(400, "Unsupported."), status(400, "Unsupported."), status(400, "Odd.")) as server:
        facts = {"takes_images": False, "takes_tools": False}
        with pytest.raises(ModelRejected, match=r"no tools and no images; if it does, say so in 'model_facts'"):
            await model_from_config(config(server.url, model_facts=facts)).create(request)
        with pytest.raises(ModelRejected) as caught:
            await model_from_config(config(server.url)).create(request)
        with pytest.raises(ModelRejected) as plain:
            await model_from_config(config(server.url, model_facts=facts)).create(ModelRequest(request.messages[:0]))
    assert "As far as is known" not in str(caught.value) + str(plain.value)


def test_what_a_model_may_write_bounds_a_claim_on_a_budget() -> None:
    model: Any = model_from_config(config("http://127.0.0.1:9/v1", model_facts={"max_output_tokens": 500}))
    assert model.client.max_output_tokens == 500
    longer: Any = model_from_config(
        config("http://127.0.0.1:9/v1", max_tokens=100, model_facts={"max_output_tokens": 500})
    )
    assert longer.client.max_output_tokens == 100


async def test_facts_of_any_model_can_be_told_by_its_name() -> None:
    set_model_facts("stub", ModelFacts(context_tokens=500))
    seen: list[int] = []

    def answer(request: ModelRequest) -> str:
        seen.append(len(request.messages))
        return "x" * 200

    agent = AssistantAgent("agent", "Help.", model=FunctionModel(answer, "stub"), context=TokenLimit())
    for turn in range(12):
        await agent.run("y" * 200, clear_history=turn == 0)
    assert max(seen) < 10
