"""The group as those see it who choose its next speaker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage


class Group(Protocol):
    """Members, what they said, and how the next speaker is to be chosen; see `GroupChat`.

    `last_choice` tells in words why the last one was chosen; `chooser` is the agent whose model chooses, once made;
    `asks_freely` is whether its model was found not to take a JSON schema.
    """

    agents: list[Agent]
    messages: list[ChatMessage]
    func_call_filter: bool
    speaker_selection_method: str | Callable[..., Any]
    max_retries_for_selecting_speaker: int
    allow_repeat_speaker: bool | list[Agent] | None
    allowed_speaker_transitions_dict: dict[Agent, list[Agent]]
    select_speaker_auto_multiple_template: str
    select_speaker_auto_none_template: str
    select_speaker_transform_messages: Any
    select_speaker_auto_model_client_cls: Any
    select_speaker_auto_llm_config: dict[str, Any] | Literal[False] | None
    role_for_select_speaker_messages: str | None
    callers_keep_floor: bool
    asks_freely: bool
    last_choice: str
    chooser: Any

    @property
    def agent_names(self) -> list[str]:
        """The names of the members, in order."""
        ...

    def agent_by_name(self, name: str) -> Agent | None:
        """Return the member of this name."""
        ...

    def next_agent(self, agent: Agent, agents: Sequence[Agent] | None = None) -> Agent:
        """Return who comes after `agent`."""
        ...

    def select_speaker_msg(self, agents: Sequence[Agent] | None = None) -> str:
        """Return what a choosing model is told first."""
        ...

    def select_speaker_prompt(self, agents: Sequence[Agent] | None = None) -> str | None:
        """Return what a choosing model is told last."""
        ...
