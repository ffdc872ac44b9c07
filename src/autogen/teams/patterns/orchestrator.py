"""An orchestrator: a lead keeps a ledger of facts and plan, says who does what next, and plans anew when stuck."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from autogen.agents.conversable import ConversableAgent
from autogen.chats.termination import MaxTurns, StopCondition
from autogen.core.agent import Agent
from autogen.core.sync import sync_of
from autogen.errors import NoEligibleSpeaker
from autogen.teams.patterns import ledger_words
from autogen.teams.patterns.json_answers import FURTHER_QUESTIONS, ask_about, ask_for_json
from autogen.teams.policies.tool_work import goes_on_with_tools
from autogen.teams.team import Team

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.messages import ChatMessage
    from autogen.models.client import ModelClient
    from autogen.teams.group_chat import GroupChat

LEDGER = "ledger"
"""The key in the `extras` of what the lead says: the `Ledger` as it stands then, as a dict."""

_NO_END = 10**9


@dataclass(frozen=True)
class Ledger:
    """How far the work has come.

    Args:
        next_speaker: who is to act now; `None` after the final answer.
        rounds: instructions given.
        stalls: rounds in a row without progress; progress takes one away.
        replans: how often the plan was made anew.
        facts: what is known, and what is to be found out.
        plan: the steps.
    """

    next_speaker: str | None = None
    rounds: int = 0
    stalls: int = 0
    replans: int = 0
    facts: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()


class Bounds(NamedTuple):
    """When a lead plans anew, and when it gives its final answer at the latest."""

    max_rounds: int
    max_stalls: int
    max_replans: int


class Orchestrator(Team):
    """A team with a lead that plans, instructs one member at a time, looks at what came of it, and answers in the end.

    The lead is one more member, with the name of the team and `_lead`; its model is asked for JSON. When more than
    `max_stalls` rounds brought nothing, it plans anew; when that was done `max_replans` times, or after `max_rounds`,
    it gives the best answer it can.

    Args:
        members: agents and teams, with names and descriptions by which the lead chooses them.
        model: the lead's: a client or a string such as "openai:gpt-5".
        llm_config: the same in the classic form.
        max_rounds: instructions at the most.
        max_stalls: rounds without progress that are borne.
        max_replans: plans after the first.
        stop: a condition that ends it besides.
        name: unique in a conversation.
        kwargs: as for `Team`.

    Raises:
        ValueError: no members, no model, or a bound below what is possible.
    """

    def __init__(
        self,
        members: Sequence[Agent],
        *,
        model: ModelClient | str | None = None,
        llm_config: dict[str, Any] | Literal[False] | str | None = None,
        max_rounds: int = 20,
        max_stalls: int = 2,
        max_replans: int = 2,
        stop: StopCondition | None = None,
        name: str = "orchestrator",
        **kwargs: Any,
    ) -> None:
        lead = _Lead(
            f"{name}_lead",
            ledger_words.SYSTEM,
            human_input_mode="NEVER",
            description="Plans, and says who does what.",
            model=model,
            llm_config=llm_config,
        )
        if not lead.can_ask_model:
            raise ValueError(f"{name} needs a model to plan with: Orchestrator(members, model=…).")
        bounds = Bounds(max_rounds, max_stalls, max_replans)
        if max_rounds < 1 or min(bounds) < 0:
            raise ValueError(f"{bounds}: give whole numbers, max_rounds from 1 and the others from 0.")
        lead.register_reply([Agent, None], lead_by_ledger, config=_Desk(list(members), bounds))
        self.lead = lead
        kwargs = {"is_termination_msg": _never, **kwargs}  # the lead ends it, not a member that has done its part
        stop = MaxTurns(_NO_END) if stop is None else stop
        super().__init__([lead, *members], choose=_ByLedger(lead), stop=stop, name=name, **kwargs)


class _Lead(ConversableAgent):
    def most_model_calls(self, inside: object = None) -> int:  # noqa: ARG002 - it asks nobody else
        """Return how many model calls one answer takes at the most: a look at the progress, and a plan."""
        return 2 * (FURTHER_QUESTIONS + 1)


class _Desk(NamedTuple):
    members: list[Agent]
    bounds: Bounds


class _ByLedger:
    """The policy: after the lead whoever it instructed, after a member the lead; who works with tools goes on."""

    __name__ = "the ledger"

    def __init__(self, lead: Agent) -> None:
        self._lead = lead

    async def __call__(self, last_speaker: Agent, group: GroupChat) -> Agent | None:
        if last_speaker is not self._lead:
            working = goes_on_with_tools(last_speaker, group) if len(group.messages) > 1 else None
            return working or self._lead
        told = group.messages[-1].get("extras", {}).get(LEDGER, {})
        if told.get("next_speaker") is None:
            raise NoEligibleSpeaker(f"{self._lead.name} gave the final answer.")
        group.last_choice = f"round {told['rounds']} of {self._lead.name}"
        return group.agent_by_name(told["next_speaker"])

    def arrows(self, group: GroupChat) -> list[tuple[str, str]]:
        lead = self._lead.name
        return [pair for name in group.agent_names if name != lead for pair in ((lead, name), (name, lead))]


async def a_lead_by_ledger(
    lead: ConversableAgent,
    messages: Sequence[ChatMessage] | None = None,
    sender: Agent | None = None,
    config: Any = None,
) -> tuple[bool, Any]:
    """Say who does what next, or give the final answer; a reply function, with the ledger in the message's extras."""
    desk: _Desk = config
    bounds = desk.bounds
    heard = lead.chat_threads.of(sender).said if messages is None else messages
    before = _ledger_in(heard, lead)
    if before is None:
        return True, await _plan(lead, sender, desk, Ledger(), ledger_words.PLAN)
    if before.rounds >= bounds.max_rounds:
        return True, await _final(lead, sender, before, ledger_words.OUT_OF_ROUNDS)
    looked = await ask_for_json(
        lead, sender, ledger_words.filled(ledger_words.PROGRESS, desk.members), desk_reader(desk)
    )
    if looked.is_done:
        return True, await _final(lead, sender, before, ledger_words.DONE)
    now = replace(before, stalls=max(0, before.stalls - 1) if looked.is_progressing else before.stalls + 1)
    if now.stalls <= bounds.max_stalls:
        return True, _instruct(now, looked)
    if now.replans >= bounds.max_replans:
        return True, await _final(lead, sender, now, ledger_words.STUCK)
    anew = replace(now, stalls=0, replans=now.replans + 1)
    return True, await _plan(lead, sender, desk, anew, ledger_words.REPLAN)


lead_by_ledger = sync_of(a_lead_by_ledger)


class _Progress(NamedTuple):
    is_done: bool
    is_progressing: bool
    next_speaker: str
    instruction: str
    facts: tuple[str, ...]
    plan: tuple[str, ...]


def desk_reader(desk: _Desk) -> Any:
    """Return what reads the lead's JSON, and says what is wrong with it."""
    names = [member.name for member in desk.members]

    def read(told: dict[str, Any]) -> _Progress:
        is_done = told.get("is_done") is True
        next_speaker, instruction = told.get("next_speaker"), told.get("instruction")
        if not is_done and next_speaker not in names:
            raise ValueError(f"next_speaker is {next_speaker!r:.100}, and must be one of {', '.join(names)}.")
        if not is_done and not (isinstance(instruction, str) and instruction.strip()):
            raise ValueError("instruction must say in a text what next_speaker is to do.")
        lists = (_texts(told.get("facts")), _texts(told.get("plan")))
        return _Progress(is_done, told.get("is_progressing") is not False, str(next_speaker), str(instruction), *lists)

    return read


def _texts(given: object) -> tuple[str, ...]:
    if isinstance(given, (list, tuple)):
        return tuple(map(str, cast("Sequence[object]", given)))
    return (str(given),) if given else ()


async def _plan(lead: ConversableAgent, sender: Any, desk: _Desk, ledger: Ledger, prompt: str) -> dict[str, Any]:
    """Return a message with facts, plan and the first instruction."""
    made = await ask_for_json(lead, sender, ledger_words.filled(prompt, desk.members), desk_reader(desk))
    planned = replace(ledger, facts=made.facts, plan=made.plan)
    shown = ledger_words.shown(made.facts, made.plan)
    if made.is_done:
        return await _final(lead, sender, planned, ledger_words.DONE)
    return _instruct(planned, made, f"{shown}\n\n" if shown else "")


def _instruct(ledger: Ledger, told: _Progress, before: str = "") -> dict[str, Any]:
    now = replace(ledger, next_speaker=told.next_speaker, rounds=ledger.rounds + 1)
    return {"content": f"{before}{told.next_speaker}: {told.instruction}", "extras": {LEDGER: asdict(now)}}


async def _final(lead: ConversableAgent, sender: Any, ledger: Ledger, prompt: str) -> dict[str, Any]:
    answer = await ask_about(lead, sender, [{"role": "user", "content": prompt}])
    return {"content": answer, "extras": {LEDGER: asdict(replace(ledger, next_speaker=None))}}


def _ledger_in(messages: Sequence[ChatMessage], lead: Agent) -> Ledger | None:
    """Return the ledger of what the lead said last, since it was last given a task; `None` if it is to begin."""
    for message in reversed(messages):
        told = message.get("extras", {}).get(LEDGER) if message.get("name") == lead.name else None
        if told is not None:
            return None if told["next_speaker"] is None else Ledger(**told)
    return None


def _never(_: object) -> bool:
    return False
