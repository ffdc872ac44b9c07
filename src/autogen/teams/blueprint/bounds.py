"""How many model calls a team can make at the most, without running it.

A bound holds for what the engine does by itself. Functions of the user (policies, reply functions, messages and
summaries made by a function) are not looked into, and are taken to ask no model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.chats.termination import Both, Either, MaxTurns, StopCondition
from autogen.teams.group_chat import GroupChat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autogen.core.agent import Agent

MOST_ROUNDS = 10_000
"""Rounds beyond this number count as no bound."""

Asked = frozenset[object]


def most_messages(group: GroupChat) -> int | None:
    """Return how many messages a group says at the most, the opening one included; `None` for no bound."""
    told = turns_of(group.stop)
    most = group.max_round if told is None else min(group.max_round, max(told, 1))
    return most if most <= MOST_ROUNDS else None


def turns_of(condition: StopCondition | None) -> int | None:
    """Return after how many messages a condition holds for certain; `None` if it may never."""
    match condition:
        case MaxTurns(turns=turns):
            return turns
        case Either(conditions=conditions):
            return min((turns for each in conditions if (turns := turns_of(each)) is not None), default=None)
        case Both(conditions=conditions):
            known = [turns_of(each) for each in conditions]
            return None if None in known else max(turns for turns in known if turns is not None)
        case _:
            return None


def calls_of_group(group: GroupChat, manager: object, inside: Asked = frozenset()) -> int | None:
    """Return how many model calls a group makes at the most for one opening message; `None` for no bound."""
    rounds = most_messages(group)
    if rounds is None or manager in inside:
        return None
    costs: dict[Agent, int] = {}
    for agent in group.agents:
        cost = calls_of_turn(agent, manager, inside | {manager})
        if cost is None:
            return None
        costs[agent] = cost
    asking = calls_to_choose(group, manager)
    return _longest(group, costs, asking, rounds - 1)


def _longest(group: GroupChat, costs: Mapping[Agent, int], asking: int, turns: int) -> int:
    """Return the cost of the dearest way of so many turns, by who spoke last; whoever opened is followed by anyone."""
    method = group.speaker_selection_method
    is_free = callable(method)  # what a function says goes beyond the graph
    ways: dict[Agent, list[Agent]] = {
        agent: group.agents
        if is_free or _works_with_tools(agent)
        else group.allowed_speaker_transitions_dict.get(agent, [])
        for agent in group.agents
    }
    rest = dict.fromkeys(group.agents, 0)
    for _ in range(max(0, turns - 1)):
        rest = {
            agent: max((_asked(asking, followers) + costs[to] + rest[to] for to in followers), default=0)
            for agent, followers in ways.items()
        }
    if turns <= 0:
        return 0
    return max((_asked(asking, group.agents) + costs[to] + rest[to] for to in group.agents), default=0)


def _asked(asking: int, candidates: list[Agent]) -> int:
    return asking if len(candidates) > 1 else 0


def _works_with_tools(agent: object) -> bool:
    """Tell whether an agent calls tools or runs them: who speaks after that is beyond the graph."""
    mind = getattr(agent, "mind", None)
    return bool(getattr(agent, "function_map", None)) or (mind is not None and bool(mind.tool_schemas))


def calls_to_choose(group: GroupChat, manager: object) -> int:
    """Return how many model calls choosing one speaker takes at the most."""
    method = group.speaker_selection_method
    if isinstance(method, str) and method.lower() in {"round_robin", "random"}:
        return 0
    mind = getattr(manager, "mind", None)
    has_model = group.select_speaker_auto_llm_config or (mind is not None and mind.has_model)
    return 1 + group.max_retries_for_selecting_speaker if has_model else 0


def calls_of_turn(agent: Any, asker: object, inside: Asked = frozenset()) -> int | None:
    """Return how many model calls one answer of an agent takes at the most; `None` for no bound."""
    if (agent, asker) in inside:
        return None
    inside = inside | {(agent, asker)}
    group = getattr(agent, "groupchat", None)
    if isinstance(group, GroupChat):
        return calls_of_group(group, agent, inside)
    own = getattr(agent, "most_model_calls", None)  # an agent that asks others knows whom, and how often
    if own is not None:
        return own(inside)
    if any(_works_by_itself(tool) for tool in getattr(agent, "function_map", {}).values()):
        return None
    alternatives: list[int | None] = [1 if getattr(getattr(agent, "mind", None), "has_model", False) else 0]
    alternatives += [calls_of_queue(agent, queue, inside) for queue in nested_queues(agent, asker)]
    return None if None in alternatives else max(cost for cost in alternatives if cost is not None)


def calls_of_task(agent: Any, inside: Asked = frozenset()) -> int | None:
    """Return how many model calls an agent takes at the most for a task that it works on alone; `None` for no bound.

    With tools or code of its own it goes on until it has an answer.
    """
    goes_on = getattr(agent, "function_map", None) or getattr(agent, "code_execution_config", False) is not False
    return None if goes_on else calls_of_turn(agent, None, inside)


def calls_of_tasks(agents: Iterable[object], inside: Asked = frozenset()) -> int | None:
    """Return the sum of `calls_of_task` of several; what is no agent takes none."""
    costs = [calls_of_task(agent, inside) for agent in agents if hasattr(agent, "name")]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


def nested_queues(agent: object, asker: Any = None) -> list[list[dict[str, Any]]]:
    """Return the chat queues that an agent answers by, or those by which it answers `asker`."""
    nested = [each for each in getattr(agent, "responders", ()) if hasattr(each.function, "chat_queue")]
    return [each.function.chat_queue for each in nested if asker is None or _is_triggered(each, asker)]


def _is_triggered(responder: Any, asker: Any) -> bool:
    try:
        return responder.is_triggered_by(asker)
    except Exception:  # noqa: BLE001 - a trigger of the user, asked out of turn: it may answer
        return True


def calls_of_queue(agent: Any, queue: list[dict[str, Any]], inside: Asked) -> int | None:
    """Return how many model calls the inner chats of one answer take at the most."""
    total = 0
    for entry in queue:
        sender, recipient = entry.get("sender", agent), entry["recipient"]
        replies, answers = _turns_of_chat(sender, recipient, entry.get("max_turns"))
        mine, theirs = calls_of_turn(sender, recipient, inside), calls_of_turn(recipient, sender, inside)
        if replies is None or mine is None or theirs is None:
            return None
        total += replies * theirs + answers * mine
        total += 1 if entry.get("summary_method") == "reflection_with_llm" else 0
    return total


def _turns_of_chat(sender: Any, recipient: Any, max_turns: int | None) -> tuple[int | None, int]:
    """Return how often the recipient and then the sender answer at the most."""
    if max_turns is not None:
        return max_turns, max(0, max_turns - 1)
    if any(getattr(agent, "human_input_mode", "NEVER") != "NEVER" for agent in (sender, recipient)):
        return None, 0
    limits = [agent.max_consecutive_auto_reply(other) if hasattr(agent, "max_consecutive_auto_reply") else None
              for agent, other in ((recipient, sender), (sender, recipient))]  # fmt: skip
    theirs, mine = limits
    if theirs is None or mine is None or max(theirs, mine) > MOST_ROUNDS:
        return None, 0
    return min(theirs, mine + 1), min(mine, theirs)


def _works_by_itself(tool: object) -> bool:
    """Tell whether a tool is an agent at work, whose calls nothing bounds but the run's limits."""
    function = getattr(tool, "function", tool)
    return hasattr(getattr(function, "worker", None), "run")
