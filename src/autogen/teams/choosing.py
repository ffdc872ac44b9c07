"""Who speaks next: who may, and the methods that choose among them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.conversing import human_input
from autogen.agents.responders.human import HUMAN, NobodyThere
from autogen.core.place import current_scope
from autogen.core.step import step
from autogen.core.sync import call
from autogen.errors import NoEligibleSpeaker, UnknownSpeaker
from autogen.messages import tool_calls_of
from autogen.teams.policies.tool_work import goes_on_with_tools
from autogen.teams.selection import choose_by_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.core.agent import Agent
    from autogen.teams.group import Group

METHODS = ("auto", "manual", "random", "round_robin")
_FEWEST = 2
_TRIES = 2


async def choose(group: Group, last_speaker: Agent, manager: Any) -> Agent:  # noqa: PLR0911 - a line for each method
    """See `GroupChat.a_select_speaker`."""
    method = group.speaker_selection_method
    by = ""
    if callable(method):
        by = getattr(method, "__name__", type(method).__name__)
        group.last_choice = f"{by} chose"  # unless the policy says why
        method = await call(method, last_speaker, group)
        if method is None:
            raise NoEligibleSpeaker(f"{by} chose nobody.")
        if not isinstance(method, str):
            return _member(group, method, by)
    method = _known(method, by)
    if len(group.agents) < _FEWEST:
        raise ValueError(
            f"GroupChat is underpopulated with {len(group.agents)} agents: a group has at least {_FEWEST}. "
            "Add agents, or let the one agent talk to its partner directly."
        )
    if group.callers_keep_floor and not by and (working := goes_on_with_tools(last_speaker, group)) is not None:
        return working
    candidates = eligible(group, last_speaker)
    if len(candidates) == 1:
        group.last_choice = "nobody else may speak"
        return candidates[0]
    if method == "manual":
        chosen = await choose_by_hand(candidates, manager)
        if chosen is not None:
            group.last_choice = "chosen by hand"
            return chosen
        method = "auto"
    if method == "round_robin":
        group.last_choice = "next in the round"
        return group.next_agent(last_speaker, candidates)
    if method == "random":
        group.last_choice = "drawn at random"
        return _chance().choice(candidates)
    return await choose_by_model(group, last_speaker, candidates, manager)


def _chance() -> Any:
    """Return where chance comes from: in a recorded run, the same each time that it is run again."""
    scope = current_scope()
    return random if scope is None or not scope.run.is_recorded else scope.run.random


def eligible(group: Group, last_speaker: Agent) -> list[Agent]:
    """Return who may speak next, in the order of the group.

    Raises:
        NoEligibleSpeaker: nobody may.
        ValueError: the last message calls a function that no member has, and no member has any.
    """
    wanted = _functions_called(group)
    agents = group.agents
    if wanted:
        agents = [agent for agent in agents if _can_execute(agent, wanted)]
        if not agents:
            agents = [agent for agent in group.agents if getattr(agent, "function_map", None)]
        if not agents:
            raise ValueError(
                f"No agent can execute the function {', '.join(wanted)}. "
                "Please check the function_map of the agents (register_for_execution, or tools=…)."
            )
        if len(agents) == 1:
            return agents
    graph = group.allowed_speaker_transitions_dict
    if last_speaker not in group.agents:
        return list(agents)
    ways = graph.get(last_speaker)
    if not ways:
        raise NoEligibleSpeaker(f"Nobody may speak after {last_speaker.name}.")
    followers = set(ways)
    allowed = [agent for agent in agents if agent in followers]
    if not allowed and wanted:
        return list(agents)
    if not allowed:
        raise NoEligibleSpeaker(f"Nobody of the group may speak after {last_speaker.name}.")
    return allowed


async def choose_by_hand(candidates: Sequence[Agent], manager: Any) -> Agent | None:
    """Ask a human to choose by number; `None` if they leave it to the model."""
    lines = [f"{number}: {agent.name}" for number, agent in enumerate(candidates, 1)]
    prompt = "\n".join(
        ["Who speaks next?", *lines, "Give the number of the next speaker (nothing or 'q': let the model choose): "]
    )
    for _ in range(_TRIES):
        words = await _ask(manager, prompt)
        if words is None or words.strip().lower() in {"", "q"}:
            return None
        if words.strip().isdecimal() and 1 <= int(words) <= len(candidates):
            return candidates[int(words) - 1]
        prompt = f"{words.strip()!r:.40} is not a number from 1 to {len(candidates)}. The next speaker: "
    return None


async def _ask(manager: Any, prompt: str) -> str | None:
    async def perform(_: int) -> str:
        return await human_input(manager, prompt)

    try:
        return await step(HUMAN, manager.name, "human", {"prompt": prompt}, perform)
    except NobodyThere:
        return None


def _known(method: str, by: str) -> str:
    name = method.lower()
    if name not in METHODS:
        said = f"The speaker_selection_method {by} returned" if by else "GroupChat speaker_selection_method is set to"
        raise ValueError(
            f"{said} {method!r}. It must be one of {', '.join(METHODS)} (in any case), "
            "or a callable that returns a member, one of these, or None."
        )
    return name


def _member(group: Group, chosen: object, by: str) -> Agent:
    if chosen in group.agents:
        return cast("Agent", chosen)
    names = ", ".join(group.agent_names)
    if hasattr(chosen, "name"):
        name = getattr(chosen, "name")  # noqa: B009 - of any object
        raise UnknownSpeaker(f"{by} chose {name!r}, who is not in the group chat (members: {names}).")
    raise ValueError(
        f"{by} returned {chosen!r} ({type(chosen).__name__}): return a member ({names}), a method's name, or None to end."
    )


def _functions_called(group: Group) -> list[str]:
    if not group.func_call_filter or not group.messages:
        return []
    last = group.messages[-1]
    names = [str(entry.get("function", {}).get("name", "")) for entry in tool_calls_of(last)]
    old_style = last.get("function_call")
    return [*([str(old_style.get("name", ""))] if old_style else []), *names]


def _can_execute(agent: object, names: list[str]) -> bool:
    can_execute = getattr(agent, "can_execute_function", None)
    return can_execute is not None and bool(can_execute(names))
