"""The keyword options of an agent beyond the classic ones, and where they are kept."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypedDict, cast

from autogen.agents.threads.history import expected
from autogen.core.place import current_scope
from autogen.messages import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from autogen.agents.converser import Converser
    from autogen.agents.mind import Mind
    from autogen.agents.threads.history import Thread
    from autogen.chats.result import ChatResult
    from autogen.core.budgets.account import Budget
    from autogen.core.limits import Limits
    from autogen.guards.verdict import Guard
    from autogen.memory.view import ContextTransform
    from autogen.messages import ChatMessage
    from autogen.models.client import ModelClient

    Transform = ContextTransform | Callable[[list[Any]], Any]


class AgentOptions(TypedDict, total=False):
    """Further options of an agent.

    `context`: what its model sees of a conversation; one or a list of the transforms in `autogen.memory`, or functions
    of the list of messages (the system message first) that return another list.

    `input_guards`, `output_guards`, `tool_guards`: functions, sync or async, that look at each text its model is to see
    from others (results of tools included), at each text it is about to say, and at each `ToolUse`. They return `Block`,
    `Rewrite`, `Ask`, or `None` (see `autogen.guards`). With output guards, replies are not streamed.

    `limits`: what its turns may use, with all that happens inside them (nested chats, agents as tools; for the manager
    of a group, the whole discussion): `Limits` count anew in each run, a `Budget` goes on from run to run.

    `output_type`: what its answers must be: a pydantic model, a dataclass, a TypedDict, a union, `list[int]` and the like,
    or an `Output`; they are then JSON, and `result.output` is the value.

    `at_limit`: what is tried, in order, where a model call does not fit into a budget: "compact" shows the model half as
    much, a model (client or name) is asked instead, "ask" asks the human to allow as much again.
    """

    context: Transform | Sequence[Transform]
    output_type: Any
    input_guards: Sequence[Guard]
    output_guards: Sequence[Guard]
    tool_guards: Sequence[Guard]
    limits: Limits | Budget
    at_limit: Sequence[ModelClient | str]


def take_options(mind: Mind, options: Mapping[str, Any]) -> None:
    """Keep an agent's further options.

    Raises:
        TypeError: an option that there is not, or a value of a wrong kind.
    """
    if not options:
        return
    unknown = options.keys() - AgentOptions.__annotations__.keys()
    if unknown:
        raise TypeError(
            f"An agent takes no {', '.join(sorted(map(repr, unknown)))}. "
            f"Beside the classic arguments it takes {', '.join(AgentOptions.__annotations__)}."
        )
    if options.get("context") is not None:
        mind.transforms = _transforms(options["context"])
    mind.budget = options.get("limits")
    mind.at_limit = _rungs(options.get("at_limit", ()))
    if options.get("output_type") is not None:
        from autogen.agents.options.output import as_output  # noqa: PLC0415 - brings pydantic

        mind.output = as_output(options["output_type"])
    mind.input_guards, mind.output_guards, mind.tool_guards = (
        _functions(name, options.get(name, ())) for name in ("input_guards", "output_guards", "tool_guards")
    )
    if mind.transforms or mind.at_limit or mind.output or mind.input_guards or mind.output_guards:
        mind.ask = ask_with_options


@contextmanager
def expecting(agent: Converser, output_type: Any) -> Generator[None]:
    """In the chats that begin right in this block, have an agent give answers of a type."""
    if output_type is None or not hasattr(agent, "mind"):
        yield
        return
    from autogen.agents.options.output import as_output  # noqa: PLC0415 - brings pydantic

    scope = current_scope()
    depth = 0 if scope is None else scope.depth + 1
    token = expected.set((agent, depth, ask_with_options, as_output(output_type)))
    try:
        yield
    finally:
        expected.reset(token)


def with_output(agent: Converser, result: ChatResult, output_type: Any) -> ChatResult:
    """Return the result with the value of the agent's last answer, if an answer of a type was asked for.

    The answer of a group is what was said last in it.
    """
    output = getattr(getattr(agent, "mind", None), "output", None)
    if output_type is None and output is None:
        return result
    from autogen.agents.options.output import as_output  # noqa: PLC0415 - brings pydantic

    wanted = as_output(output_type) or output
    if wanted is None:
        return result
    for text in _last_words(agent, result):
        with suppress(ValueError):
            result.output = wanted.read(text)
            break
    return result


def _last_words(agent: Converser, result: ChatResult) -> list[str]:
    """Return what may be the last answer of an agent; of a group, which passes on what its members say."""
    said = [each for each in result.chat_history if not each.get("tool_calls")]
    if not hasattr(agent, "groupchat"):
        said = [each for each in said if each.get("name") == agent.name]
        return [text_of(said[-1])] if said else []
    words = [text_of(said[-1])] if said else []
    return [text.replace("TERMINATE", "") for text in (*words, result.summary) if isinstance(text, str)]


async def ask_with_options(agent: Converser, thread: Thread, messages: Sequence[ChatMessage]) -> Any:
    """Return the reply of an agent's model, as its options want it; see `agents.options.asking`."""
    from autogen.agents.options import asking  # noqa: PLC0415 - brings the engine

    return await asking.ask_with_options(agent, thread, messages)


def _functions(name: str, given: Any) -> tuple[Any, ...]:
    functions: tuple[Any, ...] = (given,) if callable(given) else tuple(given)
    for each in functions:
        if not callable(each):
            raise TypeError(f"{name} takes functions, not {each!r}")
    return functions


def _rungs(given: Any) -> tuple[Any, ...]:
    rungs: tuple[Any, ...] = tuple(cast("list[Any]", given)) if isinstance(given, (list, tuple)) else (given,)
    for each in rungs:
        if not isinstance(each, str) and not hasattr(each, "create"):
            raise TypeError(f"at_limit takes 'compact', 'ask' and models, not {each!r}")
    return rungs


def _transforms(given: Any) -> tuple[Any, ...]:
    transforms: tuple[Any, ...] = tuple(cast("list[Any]", given)) if isinstance(given, (list, tuple)) else (given,)
    for each in transforms:
        if not (hasattr(each, "view") or hasattr(each, "apply_transform") or callable(each)):
            raise TypeError(f"context takes transforms (see autogen.memory) and functions of messages, not {each!r}")
    return transforms
