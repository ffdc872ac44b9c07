"""Asking a model for an answer of a type: what does not fit goes back to it, a bounded number of times."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.options.output import ANSWER_TOOL
from autogen.agents.responders.model import as_reply
from autogen.core.place import current_scope
from autogen.errors import ContextTooLong, ModelRejected, OutputInvalid
from autogen.messages import ChatMessage, text_of, tool_calls_of
from autogen.models.facts import facts_behind, load_facts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.agents.converser import Converser
    from autogen.agents.options.output import Output
    from autogen.models.client import ModelReply

    Ask = Callable[..., Awaitable[ModelReply]]

_CUT = "The answer was cut off at the limit of its length. Answer again, and shorter."
_REFUSED = re.compile(r"schema|response_?format|structured|tool|function", re.IGNORECASE)
"""What a server says that does not take a way of asking."""
_HIDDEN = frozenset({"tool_calls", "function_call"})


async def ask_for_type(agent: Converser, output: Output[Any], ask: Ask) -> Any:
    """Return the agent's reply: JSON of the type, or a request for a tool, or a refusal.

    Args:
        agent: whose reply it is.
        output: the type.
        ask: asks the model; takes messages to be added (`more`), `tools` and `options`.

    Raises:
        OutputInvalid: the model did not arrive at an answer that fits.
    """
    more: list[ChatMessage] = []
    for _ in range(output.retries + 1):
        reply = await _asked(agent, output, ask, more)
        message = reply.message
        answer = _answer_in(message)
        if answer is None and (tool_calls_of(message) or message.get("function_call")):
            return as_reply(agent, reply)
        if reply.finish_reason in {"refusal", "content_filter"}:
            return as_reply(agent, reply)
        text = text_of(message) if answer is None else answer
        try:
            if reply.finish_reason == "length":
                raise ValueError(_CUT)  # noqa: TRY301 - one place for all that does not fit
            output.read(text)
        except ValueError as problem:
            more = [*more, *_told(agent, output, text, str(problem))]
            continue
        return _said(message, text)
    problem = text_of(more[-1])
    raise OutputInvalid(f"{agent.name} gave no answer that fits {output.name}: {problem:.500}", said=text_of(more[-2]))


async def _asked(agent: Converser, output: Output[Any], ask: Ask, more: list[ChatMessage]) -> ModelReply:
    """Ask in the first mode that the provider takes."""
    if len(output.modes) > 1:
        await load_facts()
        facts = facts_behind(agent.mind.model)
        lacking = {"native": facts.takes_json_schema is False, "tool": facts.takes_tools is False}
        output.leave_out({mode for mode, is_lacking in lacking.items() if is_lacking})
    while True:
        options, tools, words = {}, list(agent.mind.tool_schemas), list[ChatMessage]()
        if output.mode == "native":
            options = {"response_format": output.response_format}
        elif output.mode == "tool":
            tools.append(output.tool)
        else:
            words = [{"role": "user", "content": output.words}]
        try:
            return await ask(more=[*words, *more], tools=tools, options=options)
        except ContextTooLong:
            raise
        except ModelRejected as error:
            if not _REFUSED.search(str(error)) or not output.is_refused():
                raise
            _notice(agent, f"The model of {agent.name} takes no JSON schema that way; it is asked in another: {error}")


def _answer_in(message: ChatMessage) -> str | None:
    """Return what the tool for the answer was called with; `None` if it was not."""
    for call in tool_calls_of(message):
        function = call.get("function", {})
        if function.get("name") == ANSWER_TOOL:
            return function.get("arguments") or "{}"
    return None


def _told(agent: Converser, output: Output[Any], text: str, problem: str) -> list[ChatMessage]:
    _notice(agent, f"The answer of {agent.name} does not fit {output.name}: {problem}")
    again = f"This does not fit: {problem}\nAnswer again, with JSON that fits this schema:\n{json.dumps(output.schema)}"
    return [{"role": "assistant", "content": text or "(nothing)"}, {"role": "user", "content": again}]


def _said(message: ChatMessage, text: str) -> str | ChatMessage:
    if not message.get("extras"):
        return text
    kept = {key: value for key, value in message.items() if key not in _HIDDEN}
    return cast("ChatMessage", {**kept, "content": text})


def _notice(agent: Converser, text: str) -> None:
    scope = current_scope()
    if scope is not None:
        scope.notice(text, agent.name)
