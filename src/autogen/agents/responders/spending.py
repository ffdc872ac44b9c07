"""A model call within budgets: what it may use is reserved before, and what it did use is charged after it."""

from __future__ import annotations

from dataclasses import replace
from operator import is_not
from typing import TYPE_CHECKING, Any

from autogen.core.budget import NO_CLAIM, Budget, Claim, Hold, charged, current_budgets, is_calling, reserved
from autogen.core.place import current_scope
from autogen.errors import LimitReached
from autogen.models.prices import clients_behind, highest_cost_usd, load_prices, most_output_tokens
from autogen.tokens import Calibration, RunningCount, tokens_of_text, tokens_of_tools
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
            return Claim(read, written, is_bound=bound is not None)
        costs = [highest_cost_usd(self._clients, usage) for usage in (Usage(read), Usage(0, written))]
        return Claim(read, written, *costs, is_bound=bound is not None)

    def tokens_of(self, messages: Sequence[ChatMessage], tools: Sequence[Mapping[str, Any]]) -> int:
        """Return the tokens of a request, on the safe side."""
        self._count.follows(messages)
        if len(self._tools) != len(tools) or any(map(is_not, self._tools, tools)):
            self._tools, self._tool_tokens = list(tools), tokens_of_tools(tools)
        calibration = self._calibration
        calibration.estimated = self._count.sums[-1] + self._tool_tokens
        return int(calibration.estimated * calibration.factor * _MARGIN)

    def learn(self, usage: Usage) -> None:
        """Compare with what the provider tells of the last request."""
        self._calibration.learn(usage.input_tokens)


class ReservedCall:
    """A model call that has its reservation."""

    def __init__(self, hold: Hold, estimates: Estimates | None) -> None:
        self._hold, self._estimates = hold, estimates
        self._words: list[str] = []
        self._is_settled = False

    async def create(self, client: ModelClient, request: ModelRequest) -> ModelReply:
        """Ask, and charge what it used; a stream is cut off where it would pass a limit.

        Raises:
            LimitReached: it was cut off; `partial` holds the words.
        """
        token = is_calling.set(True)
        try:
            reply = await client.create(self._watched(request))
        except _CutOff as cut:
            cut.limit.partial = "".join(self._words)
            raise cut.limit from None
        finally:
            is_calling.reset(token)
        self.charge(reply)
        if self._estimates is not None and reply.usage is not None and not reply.from_cache:
            self._estimates.learn(reply.usage)
        return reply

    def charge(self, reply: ModelReply) -> None:
        """Charge what a reply used, once; also one that comes from the record of a run that is run again."""
        if not self._is_settled:
            self._is_settled = True
            self._hold.settle(reply.usage, from_cache=reply.from_cache)

    def end(self) -> None:
        """Charge what had come of a call that failed, and give the rest of the reservation back."""
        if not self._is_settled:
            self._hold.cancel()

    def _watched(self, request: ModelRequest) -> ModelRequest:
        listener, hold, words = request.on_delta, self._hold, self._words
        if listener is None or self._estimates is None:
            return request

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
) -> ReservedCall:
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
        return ReservedCall(await reserved(budgets, NO_CLAIM), None)
    if agent.mind.estimates is None:
        agent.mind.estimates = Estimates()
        await load_prices()
    estimates: Estimates = agent.mind.estimates
    bound = estimates.most_output_tokens(client, options)
    claim = estimates.claim(estimates.tokens_of(messages, tools), bound, counts_money=counts_money)
    return ReservedCall(await reserved(budgets, claim), estimates)


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
