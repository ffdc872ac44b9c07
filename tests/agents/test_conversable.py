"""The classic agent: its constructor, memory, replies, hooks, and the modern ways in."""

import asyncio
from typing import Any

import pytest

import autogen
from autogen import Agent, AssistantAgent, ConversableAgent, UserProxyAgent
from autogen.errors import SenderRequired
from autogen.testing import FunctionModel, ScriptedModel, drive


def agent(name: str, *replies: Any, **options: Any) -> ConversableAgent:
    options.setdefault("human_input_mode", "NEVER")
    return ConversableAgent(name, model=ScriptedModel(*replies), **options)


def test_the_assistant_has_a_model_and_no_human_and_runs_no_code():
    assistant = AssistantAgent("assistant")
    assert (assistant.human_input_mode, assistant.code_executor, assistant.mind.has_model) == ("NEVER", None, True)
    assert assistant.description == AssistantAgent.DEFAULT_DESCRIPTION
    assert AssistantAgent("a", system_message="I count.").description == "I count."


def test_the_user_proxy_asks_a_human_and_has_no_model():
    user = UserProxyAgent("user")
    assert (user.human_input_mode, user.mind.has_model, user.system_message) == ("ALWAYS", False, "")
    assert user.description == UserProxyAgent.DEFAULT_USER_PROXY_AGENT_DESCRIPTIONS["ALWAYS"]


@pytest.mark.parametrize(
    ("options", "error", "hint"),
    [
        ({"name": 7}, TypeError, "name must be a str, not int: 7"),
        ({"name": " "}, ValueError, "needs a name that can be seen"),
        ({"name": "a", "human_input_mode": "SOMETIMES"}, ValueError, "human_input_mode='SOMETIMES'"),
        ({"name": "a", "function_map": {"f": 3}}, TypeError, "Function 'f' must be callable"),
        ({"name": "a", "function_map": {"f g": print}}, ValueError, "Invalid name: 'f g'"),
        ({"name": "a", "code_execution_config": "yes"}, ValueError, "code_execution_config must be a dict or False"),
        ({"name": "a", "model": 3}, TypeError, "model must be a model client or a string"),
        ({"name": "a", "llm_config": {"config_list": []}}, ValueError, "non-empty"),
        ({"name": "a", "nonsense": 1}, TypeError, "nonsense"),
    ],
)
def test_bad_constructor_arguments_are_named(options: dict[str, Any], error: type[Exception], hint: str):
    with pytest.raises(error, match=hint):
        ConversableAgent(**options)


def test_updating_the_system_message_leaves_the_description():
    a = ConversableAgent("a", "old", llm_config=False)
    a.update_system_message("new")
    assert (a.system_message, a.description) == ("new", "old")


def test_a_changed_system_message_reaches_the_model_in_the_middle_of_a_conversation():
    model = ScriptedModel("one", "two")
    b = ConversableAgent("b", "first", model=model, human_input_mode="NEVER")
    a = agent("a")
    a.initiate_chat(b, message="hi", max_turns=1, silent=True)
    b.update_system_message("second")
    a.initiate_chat(b, message="again", max_turns=1, silent=True, clear_history=False)
    assert [[m["content"] for m in request.messages] for request in model.requests] == [
        ["first", "hi"],
        ["second", "hi", "one", "again"],
    ]


def test_messages_edited_by_the_user_reach_the_model_as_edited():
    model = ScriptedModel("one", "two")
    b = ConversableAgent("b", "sys", model=model, human_input_mode="NEVER")
    a = agent("a")
    a.initiate_chat(b, message="hi", max_turns=1, silent=True)
    b.chat_messages[a][0] = {"role": "user", "content": "HI", "name": "a"}
    b.chat_messages[a].pop()
    a.initiate_chat(b, message="again", max_turns=1, silent=True, clear_history=False)
    assert [m["content"] for m in model.requests[1].messages] == ["sys", "HI", "again"]


def test_last_message_tells_whose_is_wanted_when_it_is_not_clear():
    a, b, c = agent("a"), agent("b", "from b"), agent("c", "from c")
    assert a.last_message() is None
    a.initiate_chat(b, message="hi", max_turns=1, silent=True)
    assert a.last_message() == {"content": "from b", "role": "user", "name": "b"}
    a.initiate_chat(c, message="hi", max_turns=1, silent=True)
    with pytest.raises(ValueError, match="More than one conversation"):
        a.last_message()
    assert a.last_message(c) == {"content": "from c", "role": "user", "name": "c"}
    with pytest.raises(KeyError, match="'stranger' is not present in any conversation"):
        a.last_message(agent("stranger"))


def test_conversations_given_to_the_constructor_are_gone_on_with():
    b = agent("b", "as I said")
    a = ConversableAgent(
        "a", llm_config=False, human_input_mode="NEVER", chat_messages={b: [{"role": "user", "content": "before"}]}
    )
    result = a.initiate_chat(b, message="and?", max_turns=1, silent=True, clear_history=False)
    assert [m["content"] for m in result.chat_history] == ["before", "and?", "as I said"]


@pytest.mark.parametrize(
    ("trigger", "fires"),
    [
        (Agent, True),
        (ConversableAgent, True),
        (UserProxyAgent, False),
        ("a", True),
        ("z", False),
        (None, False),
        ([None, "a"], True),
        (lambda sender: sender.name == "a", True),
        (lambda sender: sender.name != "a", False),
    ],
)
def test_a_reply_function_answers_whom_its_trigger_names(trigger: Any, fires: bool):
    a, b = agent("a"), agent("b", "from the model")
    b.register_reply(trigger, lambda recipient, messages, sender, config: (True, "from the function"))
    result = a.initiate_chat(b, message="hi", max_turns=1, silent=True)
    assert result.chat_history[-1]["content"] == ("from the function" if fires else "from the model")


def test_an_agent_is_a_trigger_for_itself_only():
    a, b, c = agent("a"), agent("b", "model"), agent("c")
    b.register_reply(a, lambda recipient, messages, sender, config: (True, "for a"))
    assert a.initiate_chat(b, message="hi", max_turns=1, silent=True).summary == "for a"
    assert c.initiate_chat(b, message="hi", max_turns=1, silent=True).summary == "model"


@pytest.mark.parametrize("trigger", [7, {"a": 1}, ("a", "b")])
def test_a_trigger_of_another_kind_is_refused(trigger: object):
    with pytest.raises(ValueError, match="trigger must be a class"):
        agent("a").register_reply(trigger, lambda recipient, messages, sender, config: (True, ""))


def test_a_reply_function_with_a_wrong_signature_is_refused_when_registered():
    with pytest.raises(TypeError, match=r"can't be called as \(recipient, messages=…, sender=…, config=…\)"):
        agent("a").register_reply(None, lambda x: (True, x))
    with pytest.raises(TypeError, match="must be callable, not str"):
        agent("a").register_reply(None, "reply")  # type: ignore[arg-type]


def test_a_reply_function_that_returns_something_else_is_named():
    a, b = agent("a"), agent("b")
    b.register_reply(Agent, lambda recipient, messages, sender, config: "hello")
    with pytest.raises(TypeError, match=r"must return \(final, reply\), not 'hello'"):
        a.initiate_chat(b, message="hi", silent=True)


def test_the_last_registered_function_is_asked_first_and_positions_count():
    a, b = agent("a"), agent("b")
    asked: list[str] = []

    def passing(name: str) -> Any:
        def reply(recipient: Any, messages: Any, sender: Any, config: Any) -> tuple[bool, Any]:
            asked.append(name)
            return (name == "last", name)

        return reply

    b.register_reply(Agent, passing("last"), position=0)
    b.register_reply(Agent, passing("second"))
    b.register_reply(Agent, passing("between"), position=1)
    a.initiate_chat(b, message="hi", max_turns=1, silent=True)
    assert asked == ["second", "between", "last"]


def test_the_config_of_a_reply_function_is_kept_between_turns_and_reset():
    a, b = agent("a", "x"), agent("b")

    def count(recipient: Any, messages: Any, sender: Any, config: dict[str, int]) -> tuple[bool, str]:
        config["n"] += 1
        return True, str(config["n"])

    start = {"n": 0}
    b.register_reply(Agent, count, config=start)
    assert [m["content"] for m in a.initiate_chat(b, message="hi", max_turns=2, silent=True).chat_history] == [
        "hi",
        "1",
        "x",
        "2",
    ]
    b.reset()
    assert a.initiate_chat(b, message="hi", max_turns=1, silent=True).summary == "1"
    assert start == {"n": 0}


def test_an_async_reply_function_is_refused_in_a_sync_chat_by_name_and_awaited_in_an_async_one():
    a, b = agent("a"), agent("b", "from the model", "from the model")

    async def think(recipient: Any, messages: Any, sender: Any, config: Any) -> tuple[bool, str]:
        await asyncio.sleep(0)
        return True, "thought"

    b.register_reply(Agent, think)
    with pytest.raises(RuntimeError, match=r"b has: .*think"):
        a.initiate_chat(b, message="hi", silent=True)
    assert asyncio.run(a.a_initiate_chat(b, message="hi", max_turns=1, silent=True)).summary == "thought"
    c = agent("c", "from the model")
    c.register_reply(Agent, think, ignore_async_in_sync_chat=True)
    assert a.initiate_chat(c, message="hi", max_turns=1, silent=True).summary == "from the model"


def test_a_reply_function_can_be_replaced_excluded_and_made_the_only_one():
    a, b = agent("a"), agent("b", "model", "model")
    b.replace_reply_func(
        ConversableAgent.generate_oai_reply, lambda recipient, messages, sender, config: (True, "replaced")
    )
    assert a.initiate_chat(b, message="hi", max_turns=1, silent=True).summary == "replaced"
    c = agent("c", "model", default_auto_reply="nothing else")
    assert (
        c.generate_reply([{"role": "user", "content": "?"}], exclude=[ConversableAgent.generate_oai_reply])
        == "nothing else"
    )
    c.register_reply(
        [Agent, None], lambda recipient, messages, sender, config: (False, None), remove_other_reply_funcs=True
    )
    assert c.generate_reply([{"role": "user", "content": "?"}]) == "nothing else"


def test_generate_reply_wants_messages_or_a_sender():
    with pytest.raises(AssertionError, match="Either messages or sender"):
        agent("a").generate_reply()
    a = agent("a")
    a.register_reply("somebody", lambda recipient, messages, sender, config: (True, "hi"))
    with pytest.raises(SenderRequired):
        a.generate_reply([{"role": "user", "content": "hi"}])


def test_a_method_of_another_class_can_be_a_reply_function():
    class Oracle(ConversableAgent):
        def foretell(self, messages: Any = None, sender: Any = None, config: Any = None) -> tuple[bool, str]:
            return True, f"{self.name} says {config}"

    b = agent("b")
    b.register_reply([Agent, None], Oracle.foretell, config="rain")
    assert agent("a").initiate_chat(b, message="?", max_turns=1, silent=True).summary == "b says rain"


@pytest.mark.parametrize("api", ["sync", "async"])
def test_hooks_change_what_is_seen_and_what_is_said(api: str):
    model = ScriptedModel("fine")
    b = ConversableAgent("b", "sys", model=model, human_input_mode="NEVER")
    b.register_hook("process_last_received_message", lambda content: content.upper())
    b.register_hook(
        "process_all_messages_before_reply", lambda messages: [{"role": "user", "content": "first"}, *messages]
    )
    b.register_hook("process_message_before_send", lambda sender, message, recipient, silent: f"{message} ({silent})")
    result = drive(api, agent("a").initiate_chat, b, message="hi", max_turns=1, silent=True)
    assert [m["content"] for m in model.requests[0].messages] == ["sys", "first", "HI"]
    assert [m["content"] for m in result.chat_history] == ["hi", "fine (True)"]


def test_a_hook_of_an_unknown_name_or_twice_is_refused_and_of_the_wrong_kind_warned_of():
    a = agent("a")

    def hook(messages: Any) -> Any:
        return messages

    with pytest.raises(AssertionError, match="not a hookable method"):
        a.register_hook("process_anything", hook)
    a.register_hook("process_all_messages_before_reply", hook)
    with pytest.raises(AssertionError, match="already registered"):
        a.register_hook("process_all_messages_before_reply", hook)
    with pytest.warns(UserWarning, match="register it as 'process_all_messages_before_reply'"):
        a.register_hook("a_process_all_messages_before_reply", hook)


def test_the_default_auto_reply_is_said_where_nothing_else_answers():
    b = ConversableAgent("b", llm_config=False, human_input_mode="NEVER", default_auto_reply="go on")
    assert agent("a").initiate_chat(b, message="hi", max_turns=1, silent=True).summary == "go on"


def test_a_content_template_is_filled_from_the_context_at_each_call():
    model = ScriptedModel("fine")
    b = ConversableAgent("b", "sys", model=model, human_input_mode="NEVER")
    message = {"content": lambda context: f"hello {context['who']}", "context": {"who": "you"}}
    a = agent("a")
    a.send(message, b, request_reply=True, silent=True)
    assert model.requests[0].messages[1]["content"] == "hello you"
    assert "context" in b.chat_messages[a][0]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_functions_and_tools_run_in_order_and_failures_are_told(api: str):
    async def double(x: int) -> int:
        await asyncio.sleep(0)
        return 2 * x

    b = ConversableAgent(
        "b", llm_config=False, human_input_mode="NEVER", function_map={"double": double, "fail": lambda: 1 // 0}
    )
    wanted = [("1", "double", '{"x": 4}'), ("2", "fail", "{}"), ("3", "unknown", "{}"), ("4", "double", "{x: 4}")]
    calls = [{"id": i, "type": "function", "function": {"name": name, "arguments": text}} for i, name, text in wanted]
    _, reply = drive(api, b.generate_tool_calls_reply, [{"role": "assistant", "content": None, "tool_calls": calls}])
    contents = [answer["content"] for answer in reply["tool_responses"]]
    assert [answer["tool_call_id"] for answer in reply["tool_responses"]] == ["1", "2", "3", "4"]
    assert contents[:3] == ["8", "Error: integer division or modulo by zero", "Error: Function unknown not found."]
    assert "The argument must be in JSON format." in contents[3]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_run_gives_the_answer_of_a_single_agent(api: str):
    a = agent("a", "4")
    result = asyncio.run(a.run("2 + 2?")) if api == "async" else a.run_sync("2 + 2?")
    assert str(result.stop_reason) == "a answered"
    assert (result.summary, result.turns, result.usage.calls) == ("4", 1, 1)


def test_run_lets_an_agent_use_its_own_functions_until_it_answers():
    wanted = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "1", "type": "function", "function": {"name": "now", "arguments": "{}"}}],
    }
    a = agent("a", wanted, "it is noon", function_map={"now": lambda: "12:00"})
    result = a.run_sync("what time is it?")
    assert result.summary == "it is noon"
    assert [m["role"] for m in result.chat_history] == ["user", "assistant", "tool", "assistant"]


def test_run_with_a_user_is_a_chat_that_the_user_began():
    user = ConversableAgent(
        "user", llm_config=False, human_input_mode="NEVER", max_consecutive_auto_reply=1, default_auto_reply="and?"
    )
    result = agent("a", "one", "two").run_sync("count", user=user)
    assert [m["content"] for m in result.chat_history] == ["count", "one", "and?", "two"]


async def test_run_stream_tells_the_events_and_then_the_result():
    stream = agent("a", "all of it").run_stream("tell me")
    told = [event async for event in stream]
    kinds = [type(event).__name__ for event in told]
    assert kinds[0] == "RunStarted"
    assert kinds[-1] == "RunEnded"
    assert "".join(event.text for event in told if type(event).__name__ == "TokenStreamed").strip() == "all of it"
    assert stream.result is not None
    assert stream.result.summary == "all of it"


async def test_leaving_a_stream_early_cancels_the_run():
    cancelled = asyncio.Event()

    async def hang(_: Any) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return ""

    a = ConversableAgent("a", model=FunctionModel(hang), human_input_mode="NEVER")
    stream = a.run_stream("?")
    async for event in stream:
        if type(event).__name__ == "StepStarted":
            break
    await stream.aclose()
    assert cancelled.is_set()


async def test_an_error_of_the_run_comes_out_of_its_stream():
    with pytest.raises(autogen.ModelError):
        async for _ in ConversableAgent(
            "a", model=ScriptedModel(autogen.ModelError("no")), human_input_mode="NEVER"
        ).run_stream("?"):
            pass


def test_usage_is_kept_by_agent_and_printed(capsys: pytest.CaptureFixture[str]):
    a = agent("a", "4")
    assert a.get_total_usage() is None
    a.run_sync("2 + 2?")
    total = a.get_total_usage()
    assert total is not None
    assert total["scripted"]["total_tokens"] > 0
    a.print_usage_summary()
    assert "Agent 'a'" in capsys.readouterr().out


@pytest.mark.parametrize(
    "method", [None, "last_msg", lambda sender, recipient, arguments: {"by": sender.name, **arguments}]
)
def test_a_summary_is_made_as_asked(method: Any):
    result = agent("a").initiate_chat(
        agent("b", "done TERMINATE"),
        message="hi",
        max_turns=1,
        silent=True,
        summary_method=method,
        summary_args={"x": 1},
    )
    expected = {None: "", "last_msg": "done "}
    assert result.summary == expected.get(method, {"by": "a", "x": 1})


def test_a_model_sums_up_when_asked_and_is_paid_for_by_the_chat():
    model = ScriptedModel("four", "They agreed on four.")
    b = ConversableAgent("b", "sys", model=model, human_input_mode="NEVER")
    arguments = {"summary_prompt": "Sum up."}
    result = agent("a").initiate_chat(
        b, message="?", max_turns=1, silent=True, summary_method="reflection_with_llm", summary_args=arguments
    )
    assert result.summary == "They agreed on four."
    assert result.usage.calls == 2
    assert [m["content"] for m in model.requests[1].messages] == ["?", "four", "Sum up."]


@pytest.mark.parametrize("carryover", ["it rained", ["it rained", "a lot"]])
def test_the_carryover_is_added_to_the_opening(carryover: Any):
    result = agent("a").initiate_chat(agent("b", "ok"), message="so?", carryover=carryover, max_turns=1, silent=True)
    lines = [carryover] if isinstance(carryover, str) else carryover
    assert result.chat_history[0]["content"] == "so?\nContext: \n" + "\n".join(lines)


def test_a_carryover_of_another_kind_is_refused():
    with pytest.raises(autogen.InvalidCarryOverType):
        agent("a").initiate_chat(agent("b"), message="so?", carryover={"x": 1}, silent=True)
