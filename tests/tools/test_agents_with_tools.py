"""Agents with tools: who asks, who runs, in what order, and what the model is told when something is wrong."""

from __future__ import annotations

import asyncio
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest

import autogen
from autogen import AssistantAgent, ConversableAgent, ToolContext, UserProxyAgent
from autogen.core.approval import ApprovalPending
from autogen.errors import ToolError
from autogen.events import NoticeRaised, StepEnded, StepStarted
from autogen.messages import tool_calls_of
from autogen.models.client import ModelReply
from autogen.testing import RecordingObserver, ScriptedModel, calls
from autogen.tools.making import as_tool

if TYPE_CHECKING:
    from collections.abc import Callable


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def texts(messages: list[Any]) -> list[Any]:
    return [message.get("content") for message in messages]


def request(name: str, arguments: str, call_id: str | None = "c1") -> Any:
    entry: dict[str, Any] = {"type": "function", "function": {"name": name, "arguments": arguments}}
    return entry if call_id is None else {"id": call_id, **entry}


async def answers_of(tools: list[Any], *entries: Any) -> list[str]:
    """What an agent with these tools answers to these calls."""
    agent = ConversableAgent("runner", tools=tools, human_input_mode="NEVER")
    reply = await agent.a_generate_reply([{"role": "assistant", "content": None, "tool_calls": list(entries)}])
    return [answer["content"] for answer in reply["tool_responses"]]


async def answer_of(tool: Any, arguments: str) -> str:
    name = as_tool(tool).name
    return (await answers_of([tool], request(name, arguments)))[0]


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_an_agent_alone_works_with_its_own_tools_until_it_has_an_answer(api: str):
    agent = AssistantAgent("assistant", model=ScriptedModel(calls(add, a=1, b=2), "It is 3."), tools=[add])
    result = await agent.run("1 + 2?") if api == "async" else await asyncio.to_thread(agent.run_sync, "1 + 2?")
    assert texts(result.chat_history) == ["1 + 2?", None, "3", "It is 3."]
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "answered"


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_in_a_chat_of_two_the_owner_of_the_tools_keeps_the_floor(api: str):
    agent = AssistantAgent("assistant", model=ScriptedModel(calls(add, a=1, b=2), "It is 3."), tools=[add])
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    if api == "async":
        result = await user.a_initiate_chat(agent, message="1 + 2?", max_turns=1)
    else:
        result = await asyncio.to_thread(lambda: user.initiate_chat(agent, message="1 + 2?", max_turns=1))
    assert texts(result.chat_history) == ["1 + 2?", None, "3", "It is 3."]
    assert [message.get("name") for message in result.chat_history] == ["user", None, "assistant", "assistant"]


def test_the_owner_of_tools_answers_for_names_that_nobody_has_as_well():
    model = ScriptedModel([calls(add, a=1, b=2), calls("sub")], calls("sub"), "It is 3.")
    agent = AssistantAgent("assistant", model=model, tools=[add])
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    result = user.initiate_chat(agent, message="1 + 2?", max_turns=1)
    not_found = "Error: Function sub not found. There is: add."
    assert texts(result.chat_history) == ["1 + 2?", None, f"3\n\n{not_found}", None, not_found, "It is 3."]


def test_an_agent_with_tools_of_its_own_may_ask_another_for_others():
    model = ScriptedModel(calls("look"), calls(add, a=1, b=2), "ok")
    agent = AssistantAgent("assistant", model=model, tools=[add])
    user = UserProxyAgent(
        "user", human_input_mode="NEVER", code_execution_config=False, function_map={"look": lambda: "seen"}
    )
    result = user.initiate_chat(agent, message="go", max_turns=2)
    assert [(message.get("name"), message.get("content")) for message in result.chat_history] == [
        ("user", "go"),
        (None, None),
        ("user", "seen"),
        (None, None),
        ("assistant", "3"),
        ("assistant", "ok"),
    ]


def test_one_agent_asks_and_another_runs():
    model = ScriptedModel(calls(add, a=1, b=2), "It is 3. TERMINATE")
    assistant = AssistantAgent("assistant", model=model)
    user = UserProxyAgent("user", tools=[add], human_input_mode="NEVER", code_execution_config=False)
    assistant.register_for_llm()(add)
    result = user.initiate_chat(assistant, message="1 + 2?", max_turns=2)
    assert texts(result.chat_history) == ["1 + 2?", None, "3", "It is 3. TERMINATE"]
    assert [tool["function"]["name"] for tool in model.requests[0].tools] == ["add"]


def test_register_function_tells_one_agent_and_lets_the_other_run():
    model = ScriptedModel(calls("plus", a=1, b=2), "TERMINATE")
    assistant = AssistantAgent("assistant", model=model)
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    autogen.register_function(add, caller=assistant, executor=user, name="plus")
    result = user.initiate_chat(assistant, message="go", max_turns=2)
    assert result.chat_history[2].get("content") == "3"
    assert model.requests[0].tools[0]["function"]["description"] == "Add two numbers."


def test_a_tool_object_can_be_registered_by_the_classic_decorators():
    plus = autogen.tool(add, name="plus", timeout_s=5)
    assistant = AssistantAgent("assistant", model=ScriptedModel())
    user = UserProxyAgent("user", code_execution_config=False)
    autogen.register_function(plus, caller=assistant, executor=user)
    assert user.execute_function({"name": "plus", "arguments": '{"a": 1, "b": 2}'})[1]["content"] == "3"
    assert [schema["function"]["name"] for schema in assistant.mind.tool_schemas] == ["plus"]


async def test_the_calls_of_one_message_run_side_by_side_and_are_answered_in_order():
    met = asyncio.Barrier(3)

    async def meet(n: int) -> int:
        async with asyncio.timeout(5):
            await met.wait()
        return n

    entries = [request("meet", f'{{"n": {n}}}', f"c{n}") for n in (3, 1, 2)]
    assert await answers_of([meet], *entries) == ["3", "1", "2"]


async def test_sync_tools_of_one_message_run_side_by_side_in_threads():
    met = threading.Barrier(3, timeout=5)

    def meet(n: int) -> int:
        met.wait()
        return n

    entries = [request("meet", f'{{"n": {n}}}', f"c{n}") for n in (3, 1, 2)]
    assert await answers_of([meet], *entries) == ["3", "1", "2"]


def test_in_the_sync_api_sync_tools_run_in_the_thread_of_the_caller():
    seen: list[threading.Thread] = []

    def look() -> str:
        seen.append(threading.current_thread())
        return "done"

    agent = AssistantAgent("assistant", model=ScriptedModel([calls(look), calls(look)], "ok"), tools=[look])
    agent.run_sync("go")
    assert seen == [threading.current_thread()] * 2


def test_in_the_sync_api_a_tool_with_a_time_limit_runs_in_a_thread_of_its_own():
    met = threading.Barrier(2, timeout=5)

    @autogen.tool(timeout_s=10)
    def meet() -> str:
        met.wait()
        return "met"

    agent = AssistantAgent("assistant", model=ScriptedModel([calls("meet"), calls("meet")], "ok"), tools=[meet])
    assert agent.run_sync("go").chat_history[2].get("content") == "met\n\nmet"


async def test_two_hundred_calls_in_one_message_never_run_more_than_64_at_once():
    running = most = 0

    async def work() -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return "ok"

    entries = [request("work", "{}", f"c{n}") for n in range(200)]
    assert await answers_of([work], *entries) == ["ok"] * 200
    assert most == 64


async def test_a_tool_learns_who_runs_it_and_the_model_does_not_see_that():
    seen: list[ToolContext] = []
    runs: list[str] = []

    def look(context: ToolContext, what: str = "this") -> str:
        seen.append(context)
        runs.append(context.run.id if context.run is not None else "")
        return what

    model = ScriptedModel({"content": None, "tool_calls": [request("look", '{"what": "that"}')]}, "ok")
    agent = AssistantAgent("assistant", model=model, tools=[look])
    result = await agent.run("go")
    assert texts(result.chat_history)[2] == "that"
    assert seen[0].agent is agent
    assert seen[0].caller is not None
    assert (seen[0].caller.name, seen[0].call_id) == ("user", "c1")
    assert runs == [result.run_id]
    assert list(model.requests[0].tools[0]["function"]["parameters"]["properties"]) == ["what"]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ('{"a": 1, "b": 2}', "3"),
        ('{"a": "1", "b": 2.0}', "3"),
        ("{'a': 1, 'b': 2,}", "3"),
        ('```json\n{"a": 1, b: 2}\n```', "3"),
        ('"{\\"a\\": 1, \\"b\\": 2}"', "3"),
        ("", "Error: 2 validation errors\na: Field required\nb: Field required"),
        ('{"a": 1}', "Error: 1 validation error\nb: Field required"),
        ('{"a": 1, "b": 2, "c": 3}', "Error: 1 validation error\nc: Extra inputs are not permitted (given: 3)"),
        ("[1, 2]", "Error: the arguments must be a JSON object, not list"),
        ("null", "Error: the arguments must be a JSON object, not NoneType"),
        ('{"a": 1, "a": 2, "b": 3}', "Error: 'a' is given more than once"),
        ('{"a": NaN, "b": 1}', "Error: NaN is not JSON; give a number, or null"),
        ("[" * 100_000, "Error: the arguments are nested too deeply"),
        ('{"a": 1, "b": "' + "x" * 1_000_001, "Error: the arguments have 1000016 characters; at most 1000000 are read"),
    ],
)
async def test_arguments_are_mended_where_the_meaning_is_clear_and_told_to_the_model_otherwise(
    arguments: str, answer: str
):
    assert await answer_of(add, arguments) == answer


@pytest.mark.parametrize(
    "arguments",
    ['{"a": 1, "b": ', '{"a": 1, "b": 2', "a=1, b=2", '{"a": 1, "b": ' + "9" * 5000 + "}", "{{{}}}", '{"a"}'],
)
async def test_arguments_that_were_cut_off_or_are_no_json_never_run(arguments: str):
    ran: list[int] = []

    def note(a: int, b: int = 0) -> str:
        ran.append(a + b)
        return "ran"

    assert (await answer_of(note, arguments)).startswith("Error: ")
    assert ran == []


async def test_an_unknown_tool_is_answered_with_those_there_are():
    answers = await answers_of([add], request("sub" * 1000, "{}"))
    assert answers == [f"Error: Function {('sub' * 1000)[:100]} not found. There is: add."]


async def test_a_tool_error_is_told_to_the_model_as_it_is_and_another_exception_in_short():
    def refuse() -> None:
        raise ToolError("No such customer. Ask for the number.")

    def fail() -> None:
        raise KeyError("name")

    answers = await answers_of([refuse, fail], request("refuse", "{}", "1"), request("fail", "{}", "2"))
    assert answers == ["Error: No such customer. Ask for the number.", "Error: KeyError: 'name'"]


async def test_the_developer_gets_the_stack_of_an_exception():
    def fail() -> None:
        raise KeyError("name")

    watch = RecordingObserver()
    agent = AssistantAgent("assistant", model=ScriptedModel(calls(fail), "ok"), tools=[fail])
    await agent.run("go", observers=[watch])
    ended = [event for event in watch.events if isinstance(event, StepEnded) and event.kind == "tool"]
    assert 'raise KeyError("name")' in ended[0].output["trace"]


def raising(error: BaseException) -> Callable[[], None]:
    def explode() -> None:
        raise error

    return explode


class Odd(BaseException):
    """Something that is no Exception."""


@pytest.mark.parametrize(
    "error", [SystemExit(3), Odd("odd"), BaseExceptionGroup("many", [Odd("one")]), StopIteration()]
)
@pytest.mark.parametrize("form", ["sync", "async", "with a time limit"])
async def test_what_would_end_the_program_is_an_answer_too(error: BaseException, form: str):
    explode = raising(error)

    async def explode_later() -> None:
        explode()

    tool = autogen.tool(
        explode_later if form == "async" else explode,
        name="explode",
        timeout_s=5 if form == "with a time limit" else None,
    )
    assert (await answer_of(tool, "{}")).startswith("Error: ")


def test_sys_exit_in_a_tool_does_not_end_a_sync_program():
    explode = raising(SystemExit(3))
    agent = AssistantAgent("assistant", model=ScriptedModel(calls(explode), "ok"), tools=[explode])
    assert texts(agent.run_sync("go").chat_history) == ["go", None, "Error: SystemExit: 3", "ok"]


async def test_a_keyboard_interrupt_raised_in_a_worker_thread_is_an_answer():
    assert await answer_of(raising(KeyboardInterrupt()), "{}") == "Error: KeyboardInterrupt"


async def test_a_tool_that_cancels_itself_is_an_answer_and_a_cancelled_chat_is_not():
    async def cancel() -> None:
        raise asyncio.CancelledError

    assert await answer_of(cancel, "{}") == "Error: cancel was cancelled from within."


async def test_a_repeated_call_runs_once_and_is_answered_twice():
    ran: list[str] = []

    def pay(to: str) -> str:
        ran.append(to)
        return f"paid {to}"

    entries = [
        request("pay", '{"to": "Ann"}', "c1"),
        request("pay", '{"to": "Ann"}', "c1"),
        request("pay", '{"to": "Bo"}', "c1"),
    ]
    assert await answers_of([pay], *entries) == ["paid Ann", "paid Ann", "paid Bo"]
    assert ran == ["Ann", "Bo"]


async def test_calls_without_ids_or_with_one_id_get_ids_of_their_own():
    entries = [
        request("add", '{"a": 1, "b": 1}', None),
        request("add", '{"a": 2, "b": 2}', "x"),
        request("add", '{"a": 3, "b": 3}', "x"),
    ]
    reply = ModelReply({"role": "assistant", "content": None, "tool_calls": entries})
    model = ScriptedModel(reply, "ok")
    result = await AssistantAgent("assistant", model=model, tools=[add]).run("go")
    ids = [call.get("id") for call in tool_calls_of(result.chat_history[1])]
    assert len(set(ids)) == 3
    assert None not in ids
    assert [message.get("tool_call_id") for message in model.requests[1].messages[3:]] == ids


async def test_no_tool_runs_from_a_reply_that_was_cut_off():
    reply = ModelReply(
        {"role": "assistant", "content": None, "tool_calls": [request("add", '{"a": 1, "b": 1}')]},
        finish_reason="length",
    )
    result = await AssistantAgent("assistant", model=ScriptedModel(reply, "ok"), tools=[add]).run("go")
    assert str(result.chat_history[2].get("content")).startswith("Error: the reply was cut off at the token limit")


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ('{"a": 1, "b": 1}', "2"),
        ('{"a": 1, "b": {"c": 1}', "Error: the server did not say that the reply was whole"),
        ('{"a": 1, "b": 1', "Error: the server did not say that the reply was whole"),
        ("{'a': 1, 'b': 1}", "Error: the server did not say that the reply was whole"),
        ("[1]", "Error: the server did not say that the reply was whole"),
    ],
)
async def test_a_reply_that_ended_for_no_known_reason_runs_tools_only_by_whole_arguments(arguments: str, answer: str):
    entries = [request("add", '{"a": 0, "b": 2}', "first"), request("add", arguments, "second")]
    reply = ModelReply({"role": "assistant", "content": None, "tool_calls": entries}, finish_reason="unknown")
    model = ScriptedModel(reply, "ok")
    result = await AssistantAgent("assistant", model=model, tools=[add]).run("go")
    told = [str(message.get("content")) for message in model.requests[1].messages[3:]]
    assert told[1].startswith(answer)
    assert told[0].startswith("2" if answer == "2" else "Error: "), "a reply that may not be whole runs nothing"
    assert result.summary == "ok"


async def test_each_call_is_a_step_with_its_arguments_and_its_answer():
    watch = RecordingObserver()
    agent = AssistantAgent("assistant", model=ScriptedModel(calls(add, a=1, b=2), "ok"), tools=[add])
    await agent.run("go", observers=[watch])
    steps = [e for e in watch.events if isinstance(e, (StepStarted, StepEnded)) and e.kind == "tool"]
    started, ended = steps
    assert isinstance(started, StepStarted)
    assert isinstance(ended, StepEnded)
    assert (started.name, started.input) == ("add", {"arguments": '{"a": 1, "b": 2}', "call_id": "call_1"})
    assert ended.output == {"ok": True, "content": "3"}


async def test_a_call_that_was_interrupted_is_answered_before_the_next_question():
    started = asyncio.Event()

    async def hang() -> None:
        started.set()
        await asyncio.Event().wait()

    model = ScriptedModel(calls(hang), "Sorry.")
    agent = AssistantAgent("assistant", model=model, tools=[hang])
    run = asyncio.create_task(agent.run("go"))
    await asyncio.wait_for(started.wait(), 5)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    await agent.run("And now?", clear_history=False)
    assert [message.get("role") for message in model.requests[1].messages] == [
        "system",
        "user",
        "assistant",
        "tool",
        "user",
    ]
    assert model.requests[1].messages[3] == {
        "role": "tool",
        "tool_call_id": "call_1",
        "content": "Error: this call was interrupted; whether it had any effect is not known.",
    }


async def test_a_limit_that_ends_the_run_leaves_each_call_answered():
    agent = AssistantAgent("assistant", model=ScriptedModel([calls(add, a=1, b=1), calls(add, a=2, b=2)]), tools=[add])
    result = await agent.run("go", limits=autogen.Limits(model_calls=1))
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"
    assert len(result.chat_history[-1].get("tool_responses", [])) == 2


def test_a_subclass_may_run_functions_in_its_own_way():
    class Careful(ConversableAgent):
        def execute_function(self, func_call: dict[str, Any], verbose: bool = False) -> tuple[bool, dict[str, Any]]:
            ok, answer = super().execute_function(func_call, verbose)
            return ok, {**answer, "content": f"<{answer['content']}>"}

    agent = Careful("careful", model=ScriptedModel(calls(add, a=1, b=2), "ok"), tools=[add], human_input_mode="NEVER")
    assert texts(agent.run_sync("go").chat_history) == ["go", None, "<3>", "ok"]


def test_an_old_style_function_call_runs_a_tool():
    agent = ConversableAgent("runner", tools=[add], human_input_mode="NEVER")
    reply = agent.generate_reply(
        [{"role": "assistant", "content": None, "function_call": {"name": "add", "arguments": '{"a": 1, "b": 2}'}}]
    )
    assert reply == {"name": "add", "role": "function", "content": "3"}


def untyped(a):  # type: ignore[no-untyped-def]  # noqa: ANN001
    return a


def test_a_function_without_types_may_still_be_registered_for_execution():
    user = UserProxyAgent("user", code_execution_config=False)
    user.register_for_execution()(untyped)
    assert user.execute_function({"name": "untyped", "arguments": '{"a": [1]}'})[1]["content"] == "[1]"

    def unreadable(a: Nowhere) -> str:  # type: ignore[name-defined]  # noqa: F821
        return str(a)

    user.register_for_execution()(unreadable)
    assert user.execute_function({"name": "unreadable", "arguments": '{"a": 1}'})[1]["content"] == "1"


@pytest.mark.parametrize(
    ("tools", "says"),
    [
        ([add, add], "Several tools are named 'add'"),
        ([lambda: 1], "Invalid name: '<lambda>'"),
        ([3], "A tool is a function, not int: 3"),
        ([untyped], "missing for the following parameters: 'a'"),
    ],
)
def test_what_cannot_be_a_tool_is_refused_when_the_agent_is_made(tools: list[Any], says: str):
    with pytest.raises((TypeError, ValueError), match=says):
        ConversableAgent("agent", tools=tools)


def test_a_tool_with_the_name_of_a_function_of_the_agent_is_refused():
    with pytest.raises(ValueError, match="agent has a function 'add' already"):
        ConversableAgent("agent", function_map={"add": add}, tools=[add])


def test_what_a_tool_says_does_not_end_the_conversation():
    def shout() -> str:
        return "TERMINATE"

    agent = AssistantAgent(
        "assistant", model=ScriptedModel(calls(shout), "It said TERMINATE, and I go on."), tools=[shout]
    )
    assert texts(agent.run_sync("go").chat_history)[2:] == ["TERMINATE", "It said TERMINATE, and I go on."]


async def test_the_user_is_told_once_of_a_model_that_asks_for_the_same_again_and_again():
    watch = RecordingObserver()
    model = ScriptedModel(calls(add, a=2, b=2), *[calls(add, a=1, b=1)] * 8, "ok")
    await AssistantAgent("assistant", model=model, tools=[add]).run("go", observers=[watch])
    assert [event.text for event in watch.events if isinstance(event, NoticeRaised)] == [
        "The same calls were asked for 5 times in a row: add."
    ]


def test_ctrl_c_in_a_tool_stops_the_program_and_not_the_tool_alone():
    asked: list[str] = []

    def interrupted() -> str:
        signal.raise_signal(signal.SIGINT)
        return "not reached"

    def reply(_: Any) -> Any:
        asked.append("asked")
        return calls(interrupted)

    agent = AssistantAgent("assistant", model=ScriptedModel(*[reply] * 9), tools=[interrupted])
    with pytest.raises(KeyboardInterrupt):
        agent.run_sync("go")
    assert len(asked) <= 2


@pytest.mark.parametrize(
    ("function", "arguments", "answer"),
    [
        (lambda a: a, '{"a": 1}', "1"),
        (
            lambda a: a,
            '{"a": 1',
            "Error: Expecting ',' delimiter: line 1 column 8 (char 7)\n The argument must be in JSON format.",
        ),
        (
            lambda: 1,
            "[]",
            "Error: tests.tools.test_agents_with_tools.<lambda>() argument after ** must be a mapping, not list",
        ),
        (lambda: {}["x"], "{}", "Error: 'x'"),
        (raising(SystemExit(3)), "{}", "Error: SystemExit: 3"),
    ],
)
async def test_a_function_map_runs_functions_as_they_are(function: Any, arguments: str, answer: str):
    function.__module__, function.__qualname__ = __name__, getattr(function, "__name__", "")
    agent = ConversableAgent("runner", function_map={"f": function}, human_input_mode="NEVER")
    assert (await agent.a_execute_function({"name": "f", "arguments": arguments}))[1]["content"] == answer


async def test_an_async_function_of_a_function_map_is_awaited_and_an_approval_inside_comes_through():
    async def later() -> None:
        return None

    async def wait() -> None:
        raise ApprovalPending("wait")

    agent = ConversableAgent("runner", function_map={"later": later, "wait": wait}, human_input_mode="NEVER")
    assert (await agent.a_execute_function({"name": "later"}))[1]["content"] == "None"
    with pytest.raises(ApprovalPending):
        await agent.a_execute_function({"name": "wait"})


async def test_a_call_without_a_function_is_answered_too():
    assert (
        await answers_of([add], {"id": "c1"}, {"id": "c2", "function": None})
        == ["Error: Function  not found. There is: add."] * 2
    )


@pytest.mark.parametrize("max_at_once", [1, 2])
async def test_a_tool_may_be_run_so_often_at_once_over_all_conversations(max_at_once: int):
    running, most = 0, 0
    lock = threading.Lock()

    @autogen.tool(max_at_once=max_at_once)
    def work() -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.002)
        with lock:
            running -= 1
        return "ok"

    entries = [request("work", "{}", f"c{n}") for n in range(5)]
    answers = await asyncio.gather(*(answers_of([work], *entries) for _ in range(3)))
    assert answers == [["ok"] * 5] * 3
    assert most == max_at_once
