"""The keyword options of an agent beyond the classic ones, and where they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autogen.agents.mind import Mind
    from autogen.memory.view import ContextTransform

    Transform = ContextTransform | Callable[[list[Any]], Any]


class AgentOptions(TypedDict, total=False):
    """Further options of an agent.

    `context`: what its model sees of a conversation; one or a list of the transforms in `autogen.memory`, or functions
    of the list of messages (the system message first) that return another list.
    """

    context: Transform | Sequence[Transform]


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
    mind.has_options = bool(mind.transforms)


def _transforms(given: Any) -> tuple[Any, ...]:
    transforms: tuple[Any, ...] = tuple(cast("list[Any]", given)) if isinstance(given, (list, tuple)) else (given,)
    for each in transforms:
        if not (hasattr(each, "view") or hasattr(each, "apply_transform") or callable(each)):
            raise TypeError(f"context takes transforms (see autogen.memory) and functions of messages, not {each!r}")
    return transforms
