"""A model call within budgets: what it may use is reserved before, and what it did use is charged after it."""

from __future__ import annotations

from dataclasses import replace
from operator import is_not
from typing import TYPE_CHECKING, Any

from autogen.core.budgets.account import NO_CLAIM, Budget, Claim, charged, current_budgets
from autogen.core.budgets.hold import Hold, is_calling, reserved
from autogen.core.place import current_scope
from autogen.errors import LimitReached
from autogen.models.prices import clients_behind, highest_cost_usd, load_prices, most_output_tokens
from autogen.tokens import Calibration, RunningCount, tokens_of_text, tokens_of_tools
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from autogen.agents.converser import Converser
    from autogen.core.run import Scope
    from autogen.messages import ChatMessage
    from autogen.models.client import DeltaKind, ModelClient, ModelReply, ModelRequest

UNKNOWN_OUTPUT_TOKENS = 4_096
_MARGIN = 1.25
"""An estimate of tokens is this much on the safe side."""


class _CutOff(BaseException):
    """Ends a stream from within its listener, past whatever turns exceptions into failures of the server."""

    def __init__(self, limit: LimitReached) -> None:
        self.limit = limit
        super().__init__(str(limit))


class Estimates:
    """What an agent's requests may use: what is new of them is counted, and compared with what providers tell.

    What does not change from call to call (the tools, the clients behind the model) is looked at once.
    """

    __slots__ = ("_calibration", "_client", "_clients", "_count", "_most", "_tool_tokens", "_tools")

    def __init__(self) -> None:
        self._calibration, self._count = Calibration(), RunningCount()
        self._tools: list[Mapping[str, Any]] = []
        self._tool_tokens = 0
        self._client: ModelClient | None = None
        self._clients: list[Any] = []
        self._most: int | None = None

    def most_output_tokens(self, client: ModelClient, options: Mapping[str, Any]) -> int | None:
        """Return the most that the model may write in a reply; `None` if nothing bounds it."""
        if client is not self._client:
            self._client, self._clients = client, clients_behind(client)
            self._most = most_output_tokens(self._clients)
        return (
            (options.get("max_completion_tokens") or options.get("max_tokens") or self._most) if options else self._most
        )

    def claim(self, read: int, bound: int | None, *, counts_money: bool) -> Claim:
        """Return what a call may use that reads so many tokens."""
        written = UNKNOWN_OUTPUT_TOKENS if bound is None else bound
        if not counts_money:
            return Claim(read, written, 0.0, 0.0, bound is not None)
        reading, writing = (highest_cost_usd(self._clients, usage) for usage in (Usage(read), Usage(0, written)))
        return Claim(read, written, reading, writing, bound is not None)

    def tokens_of(self, messages: Sequence[ChatMessage], tools: Sequence[Mapping[str, Any]]) -> int:
        """Return the tokens of a request, on the safe side."""
        self._count.follows(messages)
        if (tools or self._tools) and (len(self._tools) != len(tools) or any(map(is_not, self._tools, tools))):
            self._tools, self._tool_tokens = list(tools), tokens_of_tools(tools)
        calibration = self._calibration
        calibration.estimated = self._count.sums[-1] + self._tool_tokens
        return int(calibration.estimated * calibration.factor * _MARGIN)

    def learn(self, usage: Usage) -> None:
        """Compare with what the provider tells of the last request."""
        self._calibration.learn(usage.input_tokens)


async def ask_within(hold: Hold, agent: Converser, client: ModelClient, request: ModelRequest) -> ModelReply:
    """Ask, and charge what it used; a stream is cut off where it would pass a limit.

    Raises:
        LimitReached: it was cut off; `partial` holds the words.
    """
    words: list[str] = []
    if hold.is_counted and request.on_delta is not None:
        request = _watched(request, request.on_delta, hold, words)
    token = is_calling.set(True)
    try:
        reply = await client.create(request)
    except _CutOff as cut:
        cut.limit.partial = "".join(words)
        raise cut.limit from None
    finally:
        is_calling.reset(token)
    hold.settle(reply.usage, from_cache=reply.from_cache)
    if hold.is_counted and reply.usage is not None and not reply.from_cache:
        agent.mind.estimates.learn(reply.usage)
    return reply


def _watched(
    request: ModelRequest, listener: Callable[[str, DeltaKind], None], hold: Hold, words: list[str]
) -> ModelRequest:
    """Return the request with a listener that charges what is written, and notes the words."""

    def on_delta(text: str, kind: DeltaKind = "content") -> None:
        if kind == "content":
            words.append(text)
        listener(text, kind)
        try:
            hold.write(max(1, tokens_of_text(text)))
        except LimitReached as limit:
            raise _CutOff(limit) from None

    return replace(request, on_delta=on_delta)


async def reserve(
    agent: Converser,
    client: ModelClient,
    messages: Sequence[ChatMessage],
    tools: Sequence[Mapping[str, Any]],
    options: Mapping[str, Any],
) -> Hold:
    """Reserve what a call may use at the most, in all budgets around it.

    Raises:
        LimitReached: there is no room for it.
    """
    budgets = current_budgets()
    counts_tokens = counts_money = False
    for budget in budgets:
        counts_money = counts_money or budget.limits.cost_usd is not None
        counts_tokens = counts_tokens or counts_money or budget.limits.tokens is not None
    if not counts_tokens:
        return await reserved(budgets, NO_CLAIM)
    if agent.mind.estimates is None:
        agent.mind.estimates = Estimates()
        await load_prices()
    estimates: Estimates = agent.mind.estimates
    bound = estimates.most_output_tokens(client, options)
    claim = estimates.claim(estimates.tokens_of(messages, tools), bound, counts_money=counts_money)
    return await reserved(budgets, claim)


def own_budget(agent: Converser, scope: Scope | None = None) -> AbstractContextManager[None]:
    """Return a block that is charged to the agent's own budget: the one it was given, or a fresh one in each run."""
    given: Any = agent.mind.budget
    scope = scope or current_scope()
    if isinstance(given, Budget) or scope is None:
        return charged(given if isinstance(given, Budget) else Budget(given))
    budgets = scope.run.budgets_by_agent
    budget = budgets.get(agent)
    if budget is None:
        budget = budgets[agent] = Budget(given)
    return charged(budget)
