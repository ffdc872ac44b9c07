"""`OpenAIWrapper` and clients of one's own, as classic programs use them; the form is tested by tests/classic."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any

import pytest

from autogen import AssistantAgent, Cache, OpenAIWrapper
from autogen.errors import BadReply, ModelRejected, ModelUnavailable
from autogen.oai.client_utils import should_hide_tools, validate_parameter
from tests.models.asking import config
from tests.servers.openai_server import OpenAIServer, reply, status, tool_call

HI: list[Any] = [{"role": "user", "content": "Hi"}]


class Own:
    """A classic client."""

    def __init__(self, config: dict[str, Any], **given: Any) -> None:
        self.config, self.given = config, given

    def create(self, params: dict[str, Any]) -> Any:
        self.params = params
        return SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(content="Mine."))], model="own")

    def message_retrieval(self, response: Any) -> list[Any]:
        return [choice.message.content for choice in response.choices]

    def cost(self, response: Any) -> float:
        return 0.5

    @staticmethod
    def get_usage(response: Any) -> dict[str, Any]:
        return {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cost": 0.5, "model": "own"}


OWN = {"model": "m", "model_client_cls": "Own"}


def wrapper(*urls: str, **shared: Any) -> OpenAIWrapper:
    return OpenAIWrapper(config_list=[config(url) for url in urls], **shared)


def test_a_response_has_the_shape_of_openais() -> None:
    with OpenAIServer(reply(None, tool_calls=[tool_call("add", a=1)])) as server:
        client = wrapper(server.url, price=[1, 2])
        response = client.create(messages=HI, tools=[{"type": "function", "function": {"name": "add"}}])
    message = response.choices[0].message
    assert message.tool_calls[0].function.name == "add"
    assert message.model_dump()["tool_calls"][0]["function"]["arguments"] == '{"a": 1}'
    assert client.extract_text_or_completion_object(response) == [message]
    assert (response.cost, response.config_id, response.pass_filter) == (0.02, 0, True)
    assert response.usage.total_tokens == 15
    assert server.requests[0].body["tools"][0]["function"]["name"] == "add"


def test_a_prompt_is_a_message_of_the_user() -> None:
    with OpenAIServer(reply("Hello.")) as server:
        response = wrapper(server.url).create(prompt="Hi", temperature=0)
    assert response.choices[0].text == "Hello."
    assert response.model_dump()["choices"][0]["message"]["content"] == "Hello."
    assert server.requests[0].body == {"model": "stub", "messages": HI, "temperature": 0}


@pytest.mark.parametrize("asked", [{}, {"messages": HI, "prompt": "x"}])
def test_messages_or_a_prompt_must_be_given_and_not_both(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Either prompt or messages"):
        wrapper("http://127.0.0.1:9/v1").create(**asked)


def test_templates_are_filled_from_the_context() -> None:
    with OpenAIServer() as server:
        client = wrapper(server.url)
        client.create(context={"x": 1}, messages=[{"role": "user", "content": lambda context: f"x={context['x']}"}])
        client.create(context={"x": 1}, prompt="x={x}", allow_format_str_template=True)
        client.create(context={"x": 1}, prompt="x={x}")
    assert [received.body["messages"][0]["content"] for received in server.requests] == ["x=1", "x=1", "x={x}"]


def test_the_next_entry_is_asked_after_a_failure_or_a_filter_that_says_no() -> None:
    with OpenAIServer(status(500)) as broken, OpenAIServer(reply("Bad.")) as bad, OpenAIServer(reply("Good.")) as good:
        client = wrapper(broken.url, bad.url, good.url)

        def accepts(context: Any, response: Any) -> bool:
            return "Good" in client.extract_text_or_completion_object(response)[0]

        response = client.create(messages=HI, filter_func=accepts)
        refused = wrapper(bad.url).create(messages=HI, filter_func=accepts)
    assert (response.choices[0].message.content, response.config_id, response.pass_filter) == ("Good.", 2, True)
    assert (refused.config_id, refused.pass_filter) == (0, False)


def test_the_last_error_and_that_of_a_filter_are_raised() -> None:
    with OpenAIServer(status(400, "x", code="content_filter")) as filtered, OpenAIServer(status(404)) as gone:
        with pytest.raises(ModelRejected, match="content_filter"):
            wrapper(filtered.url, gone.url).create(messages=HI)
        with pytest.raises(ModelRejected, match="404"):
            wrapper(gone.url, gone.url).create(messages=HI)
    assert len(gone.requests) == 2


def test_what_create_is_told_wins_over_the_entries() -> None:
    with OpenAIServer() as first, OpenAIServer() as second:
        client = wrapper(first.url, temperature=1)
        client.create(messages=HI, temperature=0, model="other")
        client.create(messages=HI, base_url=second.url)
    assert (first.requests[0].body["temperature"], first.requests[0].body["model"]) == (0, "other")
    assert second.requests[0].body["temperature"] == 1


def test_usage_is_added_up_with_and_without_the_cache(
    tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with OpenAIServer() as server:
        client = wrapper(server.url, price=[1, 1])
        client.print_usage_summary()
        assert (client.actual_usage_summary, client.total_usage_summary) == (None, None)
        with Cache.in_memory() as cache:
            client.create(messages=HI, cache=cache)
            client.create(messages=HI, cache=cache)
        client.create(messages=HI, cache_seed=1)
        client.create(messages=HI, cache_seed=1)
    assert len(server.requests) == 2
    paid: Any = client.actual_usage_summary
    total: Any = client.total_usage_summary
    assert (paid["total_cost"], total["total_cost"]) == (pytest.approx(0.03), pytest.approx(0.06))
    client.print_usage_summary("both")
    client.print_usage_summary(["actual"])
    told = capsys.readouterr().out
    assert "No usage summary" in told
    assert told.count("Usage summary excluding cached usage") == 2
    assert told.count("Usage summary including cached usage") == 1
    assert "* Model 'stub': cost: 0.03, prompt_tokens: 20, completion_tokens: 10, total_tokens: 30" in told
    for mode in ("all", []):
        with pytest.raises(ValueError, match="Invalid mode"):
            client.print_usage_summary(mode)
    client.clear_usage_summary()
    assert client.total_usage_summary is None


def test_nothing_paid_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with OpenAIServer() as server, Cache.in_memory() as cache:
        wrapper(server.url).create(messages=HI, cache=cache)
        client = wrapper(server.url)
        client.create(messages=HI, cache=cache)
    client.print_usage_summary()
    assert "No actual cost incurred" in capsys.readouterr().out


def test_a_client_of_ones_own_gets_its_entry_and_answers() -> None:
    client = OpenAIWrapper(config_list=[OWN], temperature=0.5)
    with pytest.raises(RuntimeError, match="not activated"):
        client.create(messages=HI)
    client.register_model_client(Own, loaded="yes")
    response = client.create(messages=HI)
    assert client.extract_text_or_completion_object(response) == ["Mine."]
    assert response.cost == 0.5
    paid: Any = client.actual_usage_summary
    assert paid["own"]["total_tokens"] == 3
    client.register_model_client(Own)  # all have theirs: nothing to do


def test_a_class_that_no_entry_names_is_refused() -> None:
    with pytest.raises(ValueError, match='"Own" is being registered but was not found'):
        wrapper("http://127.0.0.1:9/v1").register_model_client(Own)
    agent = AssistantAgent("assistant", llm_config={"config_list": [OWN, OWN]})
    agent.register_model_client(Own)
    with pytest.raises(RuntimeError, match="not activated"):
        agent.generate_reply(HI)
    agent.register_model_client(Own)
    assert agent.generate_reply(HI) == "Mine."


@pytest.mark.parametrize(
    ("retrieved", "error"),
    [([], BadReply), ([{"content": 5}], BadReply), (ZeroDivisionError(), ModelUnavailable)],
)
def test_a_client_of_ones_own_that_fails_is_named(retrieved: Any, error: type[Exception]) -> None:
    class Odd(Own):
        def create(self, params: dict[str, Any]) -> Any:
            if isinstance(retrieved, Exception):
                raise retrieved
            return super().create(params)

        def message_retrieval(self, response: Any) -> list[Any]:
            return retrieved

    agent = AssistantAgent("assistant", llm_config={"config_list": [{"model": "m", "model_client_cls": "Odd"}]})
    agent.register_model_client(Odd)
    with pytest.raises(error, match=r"^Odd"):
        agent.generate_reply(HI)


def test_a_client_of_ones_own_may_answer_with_dicts_objects_or_models() -> None:
    calls = [tool_call("add", a=1)]
    dumped = SimpleNamespace(model_dump=lambda: {"role": "assistant", "content": "a"})
    single = SimpleNamespace(content=None, function_call=SimpleNamespace(name="add", arguments="{}"))
    for message, wanted in (
        ({"content": None, "tool_calls": calls}, {"tool_calls": calls}),
        (SimpleNamespace(content=None, tool_calls=calls), {"tool_calls": calls}),
        (single, {"function_call": {"name": "add", "arguments": "{}"}}),
        (dumped, "a"),
    ):

        class Odd(Own):
            said: Any = message

            def message_retrieval(self, response: Any) -> list[Any]:
                return [self.said]

            @staticmethod
            def get_usage(response: Any) -> Any:
                return None

        agent = AssistantAgent("assistant", llm_config={"config_list": [{"model": "m", "model_client_cls": "Odd"}]})
        agent.register_model_client(Odd)
        answered: Any = agent.generate_reply(HI)
        assert answered == wanted if isinstance(wanted, str) else {key: answered[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("value", "given", "words"),
    [
        (5, (int, False, 1, None, None), None),
        ("x", (int, False, 1, None, None), "must be of type int, defaulting to 1"),
        ("x", ((int, float), True, 1, None, None), r"must be of type \(int, float\) or None"),
        (None, (int, False, 1, None, None), "cannot be None"),
        (None, (int, True, 1, None, None), None),
        (9, (int, False, 1, (0, 5), None), "has numerical bounds, >= 0 and <= 5"),
        (9, (int, True, 1, (None, 5), None), "has numerical bounds <= 5, or can be None"),
        (-9, (int, False, 1, (0, None), None), "has numerical bounds, >= 0"),
        (3, (int, False, 1, (0, 5), None), None),
        ("x", (str, False, "a", None, ["a", "b"]), "must be one of these values"),
    ],
)
def test_a_parameter_that_is_wrong_falls_back_with_a_warning(value: Any, given: Any, words: str | None) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = validate_parameter({"p": value}, "p", *given)
    assert result == (value if words is None else given[2])
    assert bool(caught) is (words is not None)
    if words is not None:
        with pytest.raises(UserWarning, match=words):
            validate_parameter({"p": value}, "p", *given)


def test_allowed_values_are_a_list() -> None:
    with pytest.raises(TypeError, match="should be a list"):
        validate_parameter({}, "p", int, True, 1, None, "ab")  # type: ignore[arg-type]


def test_tools_are_hidden_once_they_have_run() -> None:
    tools: list[Any] = [{"function": {"name": name}} for name in ("a", "b")]
    asks: Any = {"tool_calls": [{"id": "1", "function": {"name": "a"}}, {"id": "2", "function": {"name": "b"}}]}
    one, two = {"tool_call_id": "1"}, {"tool_call_id": "2"}
    assert not should_hide_tools([asks, one, two], tools, "never")
    assert not should_hide_tools([asks], tools, "if_any_run")
    assert should_hide_tools([asks, one], tools, "if_any_run")
    assert not should_hide_tools([asks, one], tools, "if_all_run")
    assert should_hide_tools([asks, one, two], tools, "if_all_run")
    assert not should_hide_tools([asks], [], "if_all_run")
    with pytest.raises(TypeError, match="hide_tools_param"):
        should_hide_tools([], tools, "sometimes")


def test_a_template_is_filled_from_a_context() -> None:
    fill: Any = OpenAIWrapper.instantiate
    assert fill("Hello {name}", {"name": "Ann"}, True) == "Hello Ann"
    assert fill("Hello {name}", {"name": "Ann"}) == "Hello {name}"
    assert fill(lambda context: f"Hello {context['name']}", {"name": "Ann"}) == "Hello Ann"
    assert fill("Hello {name}", None, True) == "Hello {name}"
    assert fill(None, {"name": "Ann"}, True) is None
