"""Plugging into an agent: reply functions, hooks and functions to run. Methods of `ConversableAgent`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, cast

from autogen.agents import doors
from autogen.agents.responders.registry import ALWAYS, Responder, check_signature, check_trigger, key_of, place_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autogen.agents.converser import Converser
    from autogen.tools.tool import Tool, ToolOptions

F = TypeVar("F")


def register_reply(
    self: Converser,
    trigger: Any,
    reply_func: Callable[..., Any],
    position: int = 0,
    config: Any = None,
    reset_config: Callable[[Any], Any] | None = None,
    *,
    ignore_async_in_sync_chat: bool = False,
    remove_other_reply_funcs: bool = False,
) -> None:
    """Add a way to answer; the last one registered is asked first.

    Args:
        trigger: whose messages it is for: a class, an agent, a name, a callable of the sender, `None` for no sender,
            or a list of these.
        reply_func: `(recipient, messages, sender, config)`, sync or async, returns `(final, reply)`.
        position: where in the list of reply functions; 0 is asked first, 2 comes after the check for termination.
        config: handed to the function.
        reset_config: called with the config at `reset()`.
        ignore_async_in_sync_chat: pass over an async function in a synchronous chat instead of refusing the chat.
        remove_other_reply_funcs: drop all others.
    """
    check_trigger(trigger)
    check_signature(reply_func)
    responder = Responder(
        trigger, reply_func, config, reset_config, ignore_async_in_sync_chat=ignore_async_in_sync_chat
    )
    if remove_other_reply_funcs:
        self.responders.clear()
    self.responders.insert(place_in(self.responders, position) if position >= 0 else position, responder)


def replace_reply_func(self: Converser, old_reply_func: Callable[..., Any], new_reply_func: Callable[..., Any]) -> None:
    """Answer by another function wherever the old one is registered."""
    check_signature(new_reply_func)
    for responder in self.responders:
        if responder.key == key_of(old_reply_func):
            responder.bind(new_reply_func)


def check_reply_functions(self: Converser) -> None:
    """Refuse async reply functions in a synchronous chat.

    Raises:
        RuntimeError: names the functions.
    """
    doors.check_reply_functions(self.name, self.responders)


def register_hook(self: Converser, hookable_method: str, hook: Callable[..., Any]) -> None:
    """Add a hook: `process_last_received_message`, `process_all_messages_before_reply` or `process_message_before_send`.

    The names with `a_` take async functions.
    """
    self.hooks.register(hookable_method, hook)


def can_execute_function(self: Converser, name: str | list[str]) -> bool:
    """Tell whether it runs this function, or all of these."""
    return all(each in self.function_map for each in ([name] if isinstance(name, str) else name))


def update_tool_signature(self: Converser, tool_sig: str | dict[str, Any], is_remove: bool) -> None:
    """Tell the model of a tool (`{"type": "function", "function": …}`), or take one away by its name.

    Raises:
        AssertionError: the agent has no model, or there is no such tool.
        ValueError: not a tool, or its name is not valid.
    """
    _update_signatures(self, "tools", tool_sig, is_remove=is_remove)


def update_function_signature(self: Converser, func_sig: str | dict[str, Any], is_remove: bool) -> None:
    """Tell the model of a function of the older style (`{"name": …}`), or take one away by its name.

    Raises:
        AssertionError: the agent has no model, or there is no such function.
        ValueError: not a function, or its name is not valid.
    """
    _update_signatures(self, "functions", func_sig, is_remove=is_remove)


def register_for_llm(
    self: Converser,
    *,
    name: str | None = None,
    description: str | None = None,
    api_style: Literal["tool", "function"] = "tool",
) -> Callable[[F], F]:
    """Return a decorator that tells the agent's model of a function, by its signature and description.

    Name and description that one decorator is given hold for the next ones on the same function.

    Raises:
        AssertionError: the agent has no model.
        TypeError: a required parameter has no annotation.
        ValueError: no description anywhere, or an unknown `api_style`.
    """

    def tell(function: F) -> F:
        from autogen.agents import toolbox  # noqa: PLC0415 - brings pydantic

        if api_style not in {"tool", "function"}:
            raise ValueError(f"Unsupported API style: {api_style!r}. It is 'tool' or 'function'.")
        schema = toolbox.schema_for(function, name, description)
        if api_style == "tool":
            update_tool_signature(self, schema, is_remove=False)
        else:
            update_function_signature(self, schema["function"], is_remove=False)
        return function

    return tell


def register_for_execution(self: Converser, name: str | None = None) -> Callable[[F], F]:
    """Return a decorator that lets the agent run a function when it is asked for."""

    def take(function: F) -> F:
        from autogen.agents import toolbox  # noqa: PLC0415 - only agents with tools need it

        runnable = toolbox.tool_for(function, name)
        register_function(self, {runnable.name: runnable})
        return function

    return take


def add_tools(self: Converser, tools: Iterable[object]) -> None:
    """Let the agent run these tools, and tell its model of them if it has one.

    The tools of a server (`McpServer`) become known when a run first uses them.

    Raises:
        TypeError: not a tool, nor a function with typed parameters, nor an object that can be one.
        ValueError: a name that is not valid, or is taken.
    """
    from autogen.tools.making import as_tools, is_source  # noqa: PLC0415 - only agents with tools need it

    given = list(tools)
    for source in filter(is_source, given):
        from autogen.agents.responders.sources import Offer, reply_by_sources  # noqa: PLC0415 - only for servers

        register_reply(self, ALWAYS, reply_by_sources, position=2, config=Offer(cast("Any", source)))
    for each in as_tools(each for each in given if not is_source(each)):
        if each.name in self.function_map:
            raise ValueError(f"{self.name} has a function {each.name!r} already. Rename one: tool(f, name='other').")
        each.checked  # noqa: B018 - a function that cannot be a tool is refused here, and not in the first chat
        self.function_map[each.name] = each
        self.own_tools.add(each.name)
        if self.mind.has_model:
            self.mind.add_tool(each)


def as_tool(self: Converser, *, max_turns: int | None = None, **options: Unpack[ToolOptions]) -> Tool:
    """Return this agent as a tool of others, with one argument, `task`; see `autogen.tools.agent_tool`."""
    from autogen.tools.agent_tool import agent_tool  # noqa: PLC0415 - only agents that are tools need it

    return agent_tool(cast("Any", self), max_turns=max_turns, **options)


def _update_signatures(self: Converser, key: str, signature: Any, *, is_remove: bool) -> None:
    kind = key.removesuffix("s")
    if not self.mind.has_model:
        raise AssertionError(f"To update a {kind} signature, agent must have an llm_config (or a model).")
    book = self.mind.tool_book
    known: list[Any] = book.get(key, [])
    if is_remove:
        left = [entry for entry in known if _signed_name(entry) != _signed_name(signature)]
        if len(left) == len(known):
            raise AssertionError(f"The agent config doesn't have {kind} {_signed_name(signature)}.")
    else:
        name = doors.check_signed(signature, _signed_name(signature))
        left = [signature if _signed_name(entry) == name else entry for entry in known]
        if any(_signed_name(entry) == name for entry in known):
            doors.warn_overridden(name)
        else:
            left.append(signature)
    if left:
        book[key] = left
    else:
        book.pop(key, None)


def _signed_name(signature: Any) -> Any:
    if isinstance(signature, dict):
        signed = cast("dict[str, Any]", signature)
        return signed.get("function", signed).get("name")
    return signature


def register_function(self: Converser, function_map: dict[str, Callable[..., Any] | None]) -> None:
    """Add functions to run, by name; the value `None` takes one away."""
    doors.update_function_map(self.function_map, function_map)
