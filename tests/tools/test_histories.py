"""Whatever models ask and humans type, each request that reaches a model is one that every provider accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

import autogen
from autogen import AssistantAgent, UserProxyAgent
from autogen.core.human import CallbackHuman
from autogen.models.client import ModelReply
from autogen.testing import FunctionModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.messages import ChatMessage
    from autogen.models.client import ModelRequest


def add(a: int, b: int) -> int:
    """Add."""
    return a + b


def fail() -> None:
    """Fail."""
    raise ValueError("no luck")


def complaints(messages: Sequence[ChatMessage]) -> list[str]:
    """What a strict provider would say: each call answered once, at once, and no answer without a call."""
    found: list[str] = []
    waiting: list[str] = []
    for message in messages:
        if message.get("role") == "tool":
            call_id = message.get("tool_call_id", "")
            if call_id in waiting:
                waiting.remove(call_id)
            else:
                found.append(f"answer to {call_id!r}, which nobody waits for")
            continue
        if waiting:
            found.append(f"no answer to {waiting}")
        waiting = [call.get("id", "") for call in message.get("tool_calls", ())]
        if len(set(waiting)) < len(waiting) or "" in waiting:
            found.append(f"ids {waiting}")
    return [*found, *([f"at the end, no answer to {waiting}"] if waiting else [])]


a_call = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["x", "y", "", None, "z"]),
        "name": st.sampled_from(["add", "fail", "own", "nobody", "wait", ""]),
        "arguments": st.sampled_from(['{"a": 1, "b": 2}', "{}", "", "{'a': 1,}", "[1]", "nonsense", '{"a": 1']),
    }
)
a_reply = st.one_of(
    st.sampled_from(["hello", "TERMINATE", ""]),
    st.lists(a_call, min_size=1, max_size=4),
)
words = st.sampled_from(["", "better not", "exit", None])


def as_written(reply: Any) -> Any:
    """Return a reply just as a model wrote it: without ids where it gave none."""
    if isinstance(reply, str):
        return reply
    entries: list[dict[str, Any]] = []
    for call in reply:
        function = {"name": call["name"], "arguments": call["arguments"]}
        entry = {"type": "function", "function": function}
        entries.append(entry if call["id"] is None else {"id": call["id"], **entry})
    message: Any = {"role": "assistant", "content": None, "tool_calls": entries}
    return ModelReply(message, finish_reason="tool_calls")


@settings(max_examples=120, deadline=None)
@given(
    replies=st.lists(a_reply, min_size=1, max_size=8),
    typed=st.lists(words, max_size=8),
    mode=st.sampled_from(["ALWAYS", "TERMINATE", "NEVER"]),
    decisions=st.lists(st.sampled_from([True, False, None, "no"]), max_size=4),
)
async def test_every_request_is_well_formed(replies: list[Any], typed: list[Any], mode: Any, decisions: list[Any]):
    said, left, found = iter(replies), iter(typed), list[str]()

    def model(request: ModelRequest) -> Any:
        found.extend(complaints(request.messages))
        return as_written(next(said, "TERMINATE"))

    def decide(_: object) -> Any:
        return decisions.pop() if decisions else False

    human = CallbackHuman(lambda _: next(left, None))
    wait = autogen.tool(add, name="wait", needs_approval=decide)
    assistant = AssistantAgent(
        "assistant", model=FunctionModel(model), tools=[autogen.tool(add, name="own", description="Own."), wait]
    )
    user = UserProxyAgent(
        "user",
        human=human,
        human_input_mode=mode,
        code_execution_config=False,
        tools=[add],
        function_map={"fail": fail},
    )
    await user.a_initiate_chat(assistant, message="go", max_turns=4, silent=True)
    await user.a_initiate_chat(assistant, message="go on", max_turns=3, silent=True, clear_history=False)
    await assistant.run("and you?")
    await assistant.run("more?", clear_history=False)
    assert found == []
