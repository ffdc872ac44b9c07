"""Adding the classic transforms to an agent: they change what its model is sent, and nothing that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from autogen.core.place import current_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.messages import ChatMessage


class MessageTransform(Protocol):
    """One change of a list of messages; it may change the list it is given."""

    def apply_transform(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        """Return the messages as they are to be."""
        ...

    def get_logs(
        self, pre_transform_messages: list[ChatMessage], post_transform_messages: list[ChatMessage]
    ) -> tuple[str, bool]:
        """Return what was done, and whether it was anything."""
        ...


class Hookable(Protocol):
    """An agent to which hooks can be added."""

    def register_hook(self, hookable_method: str, hook: Callable[..., Any]) -> None:
        """Add a hook."""


class TransformMessages:
    """Applies transforms, in order, to what an agent's model is sent.

    Args:
        transforms: see `MessageTransform`.
        verbose: tell what each one did.
    """

    def __init__(self, *, transforms: Sequence[MessageTransform] = (), verbose: bool = True) -> None:
        self._transforms, self._verbose = list(transforms), verbose

    def add_to_agent(self, agent: Hookable) -> None:
        """Add them to an agent."""
        agent.register_hook("process_all_messages_before_reply", self.transform)

    def transform(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        """Return the messages as all transforms leave them; the system message is not touched."""
        view = [cast("ChatMessage", {**message}) for message in messages]
        system = view[:1] if view and view[0].get("role") == "system" else []
        view = view[len(system) :]
        for each in self._transforms:
            before = [cast("ChatMessage", {**message}) for message in view] if self._verbose else view
            view = each.apply_transform(view)
            if self._verbose:
                self._tell(*each.get_logs(before, view))
        return [*system, *view]

    _transform_messages = transform

    def _tell(self, text: str, had_effect: bool) -> None:  # noqa: FBT001 - as `get_logs` gives them
        scope = current_scope()
        if had_effect and scope is not None:
            scope.notice(text, level="info")
