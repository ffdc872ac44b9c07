"""A team: a group and its manager in one, with a policy that chooses the speaker and a condition that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from autogen.chats.termination import MaxTurns, NoProgress, Says, StopCondition
from autogen.errors import AgentNameConflict
from autogen.teams.group_chat import GroupChat
from autogen.teams.managing import GroupChatManager

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.core.agent import Agent
    from autogen.models.client import ModelClient

MAX_TURNS = 50


class Team(GroupChatManager):
    """Agents who solve a task together; to the outside, one agent.

    Args:
        members: at least two, with names of their own.
        choose: who speaks next (a member that called tools goes on when they have answered): "auto" (the team's model chooses), "round_robin", "random", "manual", or a policy:
            a callable `(last_speaker, group)`, sync or async, that returns a member, or `None` to end.
        stop: when it ends; if not given, when a member says TERMINATE, after 50 messages, or without progress.
        name: unique in a conversation.
        model: a client or a string such as "openai:gpt-5", for `choose="auto"`.
        llm_config: the same in the classic form.
        transitions: who may follow whom; a member without a way on ends the talk.
        allow_repeat: whether a member may speak twice in a row.
        introduce: tell each member at the start who the others are.
        description: what the team is good for, for others to choose it by.

    Raises:
        ValueError: fewer than two members.
        AgentNameConflict: two members of one name.
    """

    def __init__(
        self,
        members: Sequence[Agent],
        *,
        choose: str | Callable[..., Any] = "auto",
        stop: StopCondition | None = None,
        name: str = "team",
        model: ModelClient | str | None = None,
        llm_config: dict[str, Any] | Literal[False] | str | None = None,
        transitions: dict[Agent, list[Agent]] | None = None,
        allow_repeat: bool = True,
        introduce: bool = False,
        description: str | None = None,
        **kwargs: Any,
    ) -> None:
        _check_members(members)
        group = GroupChat(
            agents=list(members),
            max_round=_NO_END,
            speaker_selection_method=choose,
            allowed_or_disallowed_speaker_transitions=transitions,
            speaker_transitions_type=None if transitions is None else "allowed",
            allow_repeat_speaker=None if transitions is not None else allow_repeat,
            send_introductions=introduce,
        )
        group.callers_keep_floor = True
        group.stop = Says("TERMINATE") | MaxTurns(MAX_TURNS) | NoProgress() if stop is None else stop
        if description is None:
            description = f"A team of {', '.join(agent.name for agent in members)}."
        super().__init__(group, name, model=model, llm_config=llm_config, description=description, **kwargs)

    @property
    def members(self) -> list[Agent]:
        """The members, in order."""
        return self.groupchat.agents


_NO_END = 10**9


def _check_members(members: Sequence[Agent]) -> None:
    names = [agent.name for agent in members]
    if len(names) < 2:  # noqa: PLR2004 - a pair
        raise ValueError(f"A team has at least two members, not {len(names)}. For one agent use agent.run(task).")
    for name in names:
        if names.count(name) > 1:
            raise AgentNameConflict(f"{names.count(name)} members are named {name!r}; give each a name of its own.")
