"""The group: its members, what was said in it, and how it chooses the next speaker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from autogen.core.sync import sync_of
from autogen.core.twins import Twins
from autogen.errors import AgentNameConflict, UndefinedNextAgent
from autogen.messages import ChatMessage
from autogen.teams import wording
from autogen.teams.transitions import allowed_transitions, check_graph_validity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.chats.termination import StopCondition
    from autogen.core.agent import Agent
    from autogen.stop_reason import StopReason

_ROLES = ("system", "user", "assistant")
_NEEDED_TEMPLATES = (
    "select_speaker_message_template",
    "select_speaker_auto_multiple_template",
    "select_speaker_auto_none_template",
)


@dataclass(eq=False)
class GroupChat(Twins):
    """A group of agents who hear everything that is said, and speak one at a time.

    Args:
        agents: the members, with names that tell them apart.
        messages: what was said, oldest first; each named after its speaker. `manager.reset()` empties it.
        max_round: at most so many messages, the opening one included.
        admin_name: the member of this name, if there is one, speaks when a synchronous chat is interrupted (Ctrl-C);
            while it speaks, an interrupt ends the chat.
        func_call_filter: a call of a tool or function goes to a member that has it, whatever the method.
        speaker_selection_method: "auto" (by the manager's model), "round_robin", "random", "manual" (in any case), or
            a callable `(last_speaker, groupchat)`, sync or async, that returns a member, a method's name, or `None`
            to end. What a callable says goes beyond the transitions.
        max_retries_for_selecting_speaker: so many further questions when a model names nobody, or several; then the
            next one in the list speaks.
        allow_repeat_speaker: whether a member may speak twice in a row, or the members who may; `True` if not given.
        allowed_or_disallowed_speaker_transitions: who may (or may not) follow whom. After a member without a way on,
            the chat ends.
        speaker_transitions_type: "allowed" or "disallowed"; needed with transitions.
        enable_clear_history: "CLEAR HISTORY [name] [number to keep]" in a reply makes members forget.
        send_introductions: tell each member at the start who the members are.
        select_speaker_message_template: what a choosing model is told first; `{roles}` and `{agentlist}` are filled in.
        select_speaker_prompt_template: what it is told last; empty or `None` for nothing.
        select_speaker_auto_multiple_template: what it is told when it named several.
        select_speaker_auto_none_template: what it is told when it named nobody.
        select_speaker_transform_messages: changes what it sees: `TransformMessages`, or one transform.
        select_speaker_auto_verbose: kept for old programs; the events tell how a speaker was chosen.
        select_speaker_auto_model_client_cls: a class (or several) for `model_client_cls` in the next one.
        select_speaker_auto_llm_config: the model that chooses, instead of the manager's.
        role_for_select_speaker_messages: the role of what it is told: "system", "user" or "assistant".
    """

    agents: list[Agent]
    messages: list[ChatMessage] = field(default_factory=list[ChatMessage])
    max_round: int = 10
    admin_name: str = "Admin"
    func_call_filter: bool = True
    speaker_selection_method: str | Callable[..., Any] = "auto"
    max_retries_for_selecting_speaker: int = 2
    allow_repeat_speaker: bool | list[Agent] | None = None
    allowed_or_disallowed_speaker_transitions: dict[Agent, list[Agent]] | None = None
    speaker_transitions_type: Literal["allowed", "disallowed"] | None = None
    enable_clear_history: bool = False
    send_introductions: bool = False
    select_speaker_message_template: str = wording.SELECT_SPEAKER_MESSAGE
    select_speaker_prompt_template: str | None = wording.SELECT_SPEAKER_PROMPT
    select_speaker_auto_multiple_template: str = wording.SEVERAL_NAMES
    select_speaker_auto_none_template: str = wording.NO_NAME
    select_speaker_transform_messages: Any = None
    select_speaker_auto_verbose: bool | None = False
    select_speaker_auto_model_client_cls: Any = None
    select_speaker_auto_llm_config: dict[str, Any] | Literal[False] | None = None
    role_for_select_speaker_messages: str | None = "system"

    DEFAULT_INTRO_MSG: ClassVar[str] = wording.INTRODUCTION

    def __post_init__(self) -> None:
        self.stop: StopCondition | None = None
        self.callers_keep_floor = False
        self.asks_freely = False
        self.ending: StopReason | None = None
        self.last_choice = ""
        self.chooser: Any = None
        _check_numbers(self)
        _check_repeats(self)
        for name in _NEEDED_TEMPLATES:
            if not getattr(self, name):
                raise ValueError(f"{name} cannot be empty or None.")
        if not self.select_speaker_prompt_template:
            self.select_speaker_prompt_template = None
        if self.role_for_select_speaker_messages not in _ROLES:
            raise ValueError(
                f"role_for_select_speaker_messages={self.role_for_select_speaker_messages!r}: "
                f"it must be one of {', '.join(_ROLES)}."
            )
        self.allowed_speaker_transitions_dict: dict[Agent, list[Agent]] = allowed_transitions(
            self.agents,
            self.allowed_or_disallowed_speaker_transitions,
            self.speaker_transitions_type,
            self.allow_repeat_speaker,
        )
        if self.allowed_or_disallowed_speaker_transitions is None and self.allow_repeat_speaker is None:
            self.allow_repeat_speaker = True
        check_graph_validity(self.allowed_speaker_transitions_dict, self.agents)

    # Who is in

    @property
    def agent_names(self) -> list[str]:
        """The names of the members, in order."""
        return [agent.name for agent in self.agents]

    def agent_by_name(self, name: str, recursive: bool = False, raise_on_name_conflict: bool = False) -> Agent | None:
        """Return the member of this name; the first of several; `None` if there is none.

        Args:
            name: as in the agent's `name`.
            recursive: look into the teams of members that are managers, too.
            raise_on_name_conflict: refuse if there are several.

        Raises:
            AgentNameConflict: several members have the name.
        """
        known = self.nested_agents() if recursive else self.agents
        found = [agent for agent in known if agent.name == name]
        if len(found) > 1 and raise_on_name_conflict:
            raise AgentNameConflict(f"{len(found)} agents are named {name!r}; give each a name of its own.")
        return found[0] if found else None

    def nested_agents(self) -> list[Agent]:
        """Return all members, then those of members that are managers; each once."""
        found = dict.fromkeys(self.agents)
        for agent in self.agents:
            inner = getattr(agent, "groupchat", None)
            if isinstance(inner, GroupChat):
                found.update(dict.fromkeys(inner.nested_agents()))
        return list(found)

    def next_agent(self, agent: Agent, agents: Sequence[Agent] | None = None) -> Agent:
        """Return who comes after `agent` in the order of the group, among `agents` if given; the first after the last.

        Raises:
            UndefinedNextAgent: `agents` is empty, or not all of them are members.
        """
        known = self.agents
        eligible = known if agents is None or agents is known else set(agents)
        if eligible is not known and not set(known).issuperset(eligible):
            raise UndefinedNextAgent
        start = self._place_of(agent) + 1
        for step in range(len(known)):
            candidate = known[(start + step) % len(known)]
            if candidate in eligible:
                return candidate
        raise UndefinedNextAgent

    def _place_of(self, agent: Agent) -> int:
        """Return where an agent stands in the group, or one of its name; -1 for a stranger."""
        if agent in self.agents:
            return self.agents.index(agent)
        return next((place for place, member in enumerate(self.agents) if member.name == agent.name), -1)

    # What was said

    def reset(self) -> None:
        """Forget what was said."""
        self.messages.clear()

    def append(self, message: dict[str, Any] | ChatMessage, speaker: Agent) -> None:
        """Add a message, named after its speaker; a tool's answer keeps the tool's name."""
        said = cast("ChatMessage", dict(message))
        if said.get("role") not in {"tool", "function"}:
            said["name"] = speaker.name
        self.messages.append(said)

    # Choosing

    async def a_select_speaker(self, last_speaker: Agent, selector: Any) -> Agent:
        """Return who speaks next; a subclass may choose in its own way.

        Args:
            last_speaker: who spoke last.
            selector: the manager, whose model or human is asked where one is.

        Raises:
            NoEligibleSpeaker: nobody may, or the method ended the chat.
            ValueError: a method that is not known, or too few members.
        """
        from autogen.teams.choosing import choose  # noqa: PLC0415 - brings the engine

        return await choose(self, last_speaker, selector)

    async def a_manual_select_speaker(self, agents: Sequence[Agent] | None = None) -> Agent | None:
        """Let a human choose by number; `None` for "as you like" (nothing, `q`, or three answers that are no number)."""
        from autogen.teams.choosing import choose_by_hand  # noqa: PLC0415 - brings the engine

        return await choose_by_hand(self.agents if agents is None else agents, _Chair())

    select_speaker = sync_of(a_select_speaker)
    manual_select_speaker = sync_of(a_manual_select_speaker)

    def select_speaker_msg(self, agents: Sequence[Agent] | None = None) -> str:
        """Return what a choosing model is told first."""
        return self._filled(self.select_speaker_message_template, agents)

    def select_speaker_prompt(self, agents: Sequence[Agent] | None = None) -> str | None:
        """Return what a choosing model is told last; `None` for nothing."""
        template = self.select_speaker_prompt_template
        return None if template is None else self._filled(template, agents)

    def introductions_msg(self, agents: Sequence[Agent] | None = None) -> str:
        """Return what introduces the members to one another."""
        return f"{self.DEFAULT_INTRO_MSG}\n\n{wording.roles_of(self.agents if agents is None else agents)}"

    def _filled(self, template: str, agents: Sequence[Agent] | None) -> str:
        named = self.agents if agents is None else agents
        return wording.filled(template, named)


class _Chair:
    """Whoever asks the human outside of any chat."""

    name = "chat_manager"
    human = None


def _check_numbers(group: GroupChat) -> None:
    for name in ("max_round", "max_retries_for_selecting_speaker"):
        value = getattr(group, name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(
                f"{name}={value!r}: give a whole number from 0. {name} must be greater than or equal to zero."
            )


def _check_repeats(group: GroupChat) -> None:
    allowed = group.allow_repeat_speaker
    if not isinstance(allowed, (bool, list, type(None))):  # pyright: ignore[reportUnnecessaryIsInstance] - users may give anything
        raise ValueError(f"GroupChat allow_repeat_speaker should be a bool or a list of Agents, not {allowed!r}.")  # noqa: TRY004 - as in the classic
    if allowed is not None and group.allowed_or_disallowed_speaker_transitions is not None:
        raise ValueError(
            "Don't provide both allow_repeat_speaker and allowed_or_disallowed_speaker_transitions: "
            "the transitions say who may follow whom, oneself included."
        )
