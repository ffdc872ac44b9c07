"""The small things behind `ConversableAgent`'s doors: checks, views, and doors that fetch their room at first use."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, cast

from autogen.agents.responders.registry import behind, name_of
from autogen.core.runtime_log.session import current_log
from autogen.core.sync import in_sync_call
from autogen.messages import content_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autogen.agents.responders.registry import Responder
    from autogen.agents.threads.history import History
    from autogen.coding.executor import CodeExecutor
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage

_MODES = ("ALWAYS", "TERMINATE", "NEVER")


@cache
def conversing() -> Any:
    """Return `agents.conversing`, imported at the first message: it brings the engine."""
    return import_module("autogen.agents.conversing")


def reply_door(name: str, module: str, function: str, doc: str) -> Any:
    """Return a method `(messages, sender, config) -> (final, reply)` whose work is done in a module of responders.

    The module is imported at the first reply: it brings the engine, which importing an agent does not need.
    """

    async def door(
        self: Any, messages: list[ChatMessage] | None = None, sender: Agent | None = None, config: Any = None
    ) -> tuple[bool, Any]:
        return await behind(door)(self, messages, sender, config)

    door.__name__, door.__qualname__, door.__doc__ = name, f"ConversableAgent.{name}", doc
    door.leads_to = (module, function)  # type: ignore[attr-defined]
    return door


def log_agent(agent: Any, arguments: dict[str, Any]) -> None:
    """Write a new agent into the runtime log, where one is kept; `arguments` are those of its constructor."""
    log = current_log()
    if log is not None:
        given = {key: value for key, value in arguments.items() if key not in {"self", "options", "__class__"}}
        log.agent_made(agent, agent.mind, {**given, **arguments["options"]})


def function_door() -> Any:
    """Return the method that runs one of an agent's functions."""

    async def a_execute_function(
        self: Any, func_call: dict[str, Any], verbose: bool = False
    ) -> tuple[bool, dict[str, Any]]:
        """Run one of its functions: `{"name", "arguments": JSON text}`; return whether it worked, and the result message."""
        return await behind(a_execute_function)(self, func_call, verbose)

    a_execute_function.__qualname__ = "ConversableAgent.a_execute_function"
    a_execute_function.leads_to = ("tools", "execute_function")  # type: ignore[attr-defined]
    return a_execute_function


def plain_talk(send: Any, receive: Any) -> Any:
    """Return a property that tells whether an agent sends and hears by these methods, with no hook and no override."""

    def read(self: Any) -> bool:
        kind, own = self.__class__, self.__dict__
        is_changed = self.hooks.is_hooked or "a_send" in own or "a_receive" in own
        return not is_changed and kind.a_send is send and kind.a_receive is receive

    return property(read, doc="Whether it sends and hears in the way of the house, so that a chat may do both at once.")


def of_mind(name: str, doc: str) -> Any:
    """Return a property that reads and writes this attribute of the agent's mind."""

    def read(self: Any) -> Any:
        return getattr(self.mind, name)

    def write(self: Any, value: Any) -> None:
        setattr(self.mind, name, value)

    return property(read, write, doc=doc)


def also(name: str) -> Any:
    """Return a property that reads and writes another attribute: by the name that subclasses from classic times use."""

    def read(self: Any) -> Any:
        return getattr(self, name)

    def write(self: Any, value: Any) -> None:
        setattr(self, name, value)

    return property(read, write)


def is_terminate(message: Mapping[str, Any]) -> bool:
    """Tell whether a message says just TERMINATE: the default termination message."""
    content = message.get("content")
    return content == "TERMINATE" or (isinstance(content, list) and content_text(cast("Any", content)) == "TERMINATE")


class ByPeer(dict["Agent", "list[ChatMessage]"]):
    """Conversations by agent; one never talked to has an empty one."""

    def __init__(self, known: dict[Agent, list[ChatMessage]], history: History) -> None:
        super().__init__(known)
        self._history = history

    def __missing__(self, peer: Agent) -> list[ChatMessage]:
        messages = self[peer] = self._history.of(peer).messages
        return messages


def check_names(name: object, human_input_mode: object, function_map: object) -> None:
    """Refuse constructor arguments that cannot work.

    Raises:
        TypeError, ValueError: names the value and what is allowed.
    """
    if not isinstance(name, str):
        raise TypeError(f"An agent's name must be a str, not {type(name).__name__}: {name!r}")
    if not name.strip():
        raise ValueError(f"An agent needs a name that can be seen, not {name!r}")
    if human_input_mode not in _MODES:
        raise ValueError(f"human_input_mode={human_input_mode!r}: it must be one of {', '.join(_MODES)}.")
    for key, function in cast("dict[str, Any]", function_map or {}).items():
        _check_function(key, function)


def update_function_map(known: dict[str, Callable[..., Any]], changes: dict[str, Callable[..., Any] | None]) -> None:
    """Add, replace (with a warning) or take away functions.

    Taking away what is not there is a warning.
    """
    import warnings  # noqa: PLC0415 - on this rare path only

    for name, function in changes.items():
        _check_function(name, function, may_be_none=True)
        if function is None:
            if known.pop(name, None) is None:
                warnings.warn(
                    f"There is no function {name!r} to remove (known: {', '.join(known) or 'none'}).",
                    UserWarning,
                    stacklevel=3,
                )
            continue
        if name in known:
            warnings.warn(f"Function '{name}' is being overridden.", UserWarning, stacklevel=3)
        known[name] = function


def warn_overridden(name: str) -> None:
    """Say that a description is replaced."""
    import warnings  # noqa: PLC0415 - on this rare path only

    warnings.warn(f"Function '{name}' is being overridden.", UserWarning, stacklevel=4)


def check_signed(signature: object, name: object) -> str:
    """Return the name of what the model is told of.

    Raises:
        ValueError: not a dict, or its name is not valid.
    """
    if not isinstance(signature, dict):
        raise ValueError(f"A signature is a dict, not {type(signature).__name__}: {signature!r}")  # noqa: TRY004 - as in the classic
    _check_function(name, None, may_be_none=True)
    return cast("str", name)


def _check_function(name: object, function: object, *, may_be_none: bool = False) -> None:
    if not isinstance(name, str) or not name:
        raise ValueError(f"Function name {name!r} is not valid: it must be a str that is not empty.")
    if not all(character.isalnum() or character in "_-." for character in name) or len(name) > 64:  # noqa: PLR2004 - the providers' limit
        raise ValueError(f"Invalid name: {name!r}. Only letters, numbers, '_', '-' and '.' are allowed, at most 64.")
    if not callable(function) and not (may_be_none and function is None):
        raise TypeError(f"Function {name!r} must be callable, not {type(function).__name__}: {function!r}")


def code_setting(config: Any) -> tuple[dict[str, Any] | Literal[False], CodeExecutor | None]:
    """Return the code execution config as a dict (or `False`), and the executor if one was given ready-made.

    Raises:
        TypeError, ValueError: not a config, or one that asks for what there is not.
    """
    if config is False:
        return False, None
    if config is None:
        return {}, None
    if not isinstance(config, dict):
        raise ValueError(f"code_execution_config must be a dict or False. This is neither: {config!r}")  # noqa: TRY004 - as in the classic
    from autogen.coding.config import check_code_config  # noqa: PLC0415 - only agents that run code need it

    given = cast("dict[str, Any]", config)
    check_code_config(given)
    executor: Any = given.get("executor")
    return given, None if isinstance(executor, str) else executor


def make_executor(config: dict[str, Any]) -> CodeExecutor:
    """Return the executor that a config asks for."""
    from autogen.coding.config import executor_from_config  # noqa: PLC0415 - only agents that run code need it

    executor = executor_from_config(config)
    assert executor is not None, "a config that is not False gives an executor"
    return executor


def last_message(name: str, history: History, agent: Agent | None) -> ChatMessage | None:
    """See `ConversableAgent.last_message`."""
    threads = history.by_peer()
    if agent is None:
        talked = [thread for thread in threads.values() if thread.messages]
        if len(talked) > 1:
            raise ValueError(
                f"More than one conversation is found. Please specify the sender whose last message {name} is asked for."
            )
        return talked[0].messages[-1] if talked else None
    if agent not in threads:
        raise KeyError(f"The agent '{getattr(agent, 'name', agent)}' is not present in any conversation of {name}.")
    messages = threads[agent].messages
    return messages[-1] if messages else None


def check_reply_functions(name: str, responders: list[Responder]) -> None:
    """See `ConversableAgent.check_reply_functions`."""
    if not in_sync_call():
        return
    names = [name_of(responder.function) for responder in responders if responder.is_foreign_async]
    if names:
        raise RuntimeError(
            f"Async reply functions can only be used with ConversableAgent.a_initiate_chat(). {name} has: {', '.join(names)}. "
            "Await that, or register them with ignore_async_in_sync_chat=True to pass over them."
        )
