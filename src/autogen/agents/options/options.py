"""The keyword options of an agent beyond the classic ones, and where they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autogen.agents.converser import Converser
    from autogen.agents.mind import Mind
    from autogen.agents.threads.history import Thread
    from autogen.core.budget import Budget
    from autogen.core.limits import Limits
    from autogen.memory.view import ContextTransform
    from autogen.messages import ChatMessage
    from autogen.models.client import ModelClient

    Transform = ContextTransform | Callable[[list[Any]], Any]


class AgentOptions(TypedDict, total=False):
    """Further options of an agent.

    `context`: what its model sees of a conversation; one or a list of the transforms in `autogen.memory`, or functions
    of the list of messages (the system message first) that return another list.

    `limits`: what its turns may use, with all that happens inside them (nested chats, agents as tools; for the manager
    of a group, the whole discussion): `Limits` count anew in each run, a `Budget` goes on from run to run.

    `at_limit`: what is tried, in order, where a model call does not fit into a budget: "compact" shows the model half as
    much, a model (client or name) is asked instead, "ask" asks the human to allow as much again.
    """

    context: Transform | Sequence[Transform]
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
    if mind.transforms or mind.at_limit:
        mind.ask = ask_with_options


async def ask_with_options(agent: Converser, thread: Thread, messages: Sequence[ChatMessage]) -> Any:
    """Return the reply of an agent's model, as its options want it; see `agents.options.asking`."""
    from autogen.agents.options import asking  # noqa: PLC0415 - brings the engine

    return await asking.ask_with_options(agent, thread, messages)


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
