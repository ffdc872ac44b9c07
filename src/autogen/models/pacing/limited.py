"""A model that keeps to a quota."""

from __future__ import annotations

from operator import is_not
from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope
from autogen.errors import ModelError, RateLimited
from autogen.events import CallQueued
from autogen.models.pacing.quota import Ask
from autogen.models.prices import clients_behind, most_output_tokens
from autogen.tokens import Calibration, tokens_of, tokens_of_tools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.models.client import ModelClient, ModelReply, ModelRequest
    from autogen.models.pacing.quota import Quota

_MARGIN = 1.25
"""An estimate of tokens is this much on the safe side."""

_CONVERSATIONS_REMEMBERED = 64


class LimitedModel:
    """Asks `client` no more than its quota allows; what comes too early waits, and a `CallQueued` event tells of it.

    Where failures are tried again, it stands inside of `RetryingModel`: each attempt is a call of its own. A wait that the
    provider asks for (`Retry-After`) holds for all that share the quota.

    Args:
        client: who is asked.
        quota: what it may take, shared with others as you like.
    """

    def __init__(self, client: ModelClient, quota: Quota) -> None:
        self.client, self.quota = client, quota
        self._calibration = Calibration()
        self._counted: dict[int, tuple[int, object, int]] = {}
        self._tools: tuple[Sequence[Any], int] = ((), 0)
        self._bound: int | None = None
        self._is_bound_known = False

    @property
    def name(self) -> str:
        """The model's name."""
        return self.client.name

    @property
    def fingerprint(self) -> Any:
        """That of the model asked."""
        return getattr(self.client, "fingerprint", self.client.name)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Wait for room, and ask.

        Raises:
            ModelRejected: the request can never fit into the quota.
        """
        estimated = self._estimated(request) if self.quota.counts_tokens else 0
        ask = Ask(int(estimated * self._calibration.factor * _MARGIN), self._most_written(request))
        with await self.quota.enter(ask, self._tell) as place:
            try:
                reply = await self.client.create(request)
            except ModelError as error:
                if isinstance(error, RateLimited) and error.retry_after_s is not None:
                    self.quota.close_for(error.retry_after_s)
                if error.status is not None:
                    place.refuse()
                raise
            if reply.from_cache:
                place.give_back()
                return reply
            place.end(reply.usage)
        if reply.usage is not None and estimated:
            self._calibration.estimated = estimated
            self._calibration.learn(reply.usage.input_tokens)
        return reply

    def _estimated(self, request: ModelRequest) -> int:
        """Return about how many tokens a request has; of a conversation that grows, only what is new is counted."""
        messages = request.messages
        known, last, tokens = self._counted.get(id(messages), (0, None, 0))
        if known > len(messages) or (known and messages[known - 1] is not last):
            known = tokens = 0
        tokens += sum(map(tokens_of, messages[known:] if known else messages))
        if messages:
            if len(self._counted) >= _CONVERSATIONS_REMEMBERED:
                self._counted.clear()
            self._counted[id(messages)] = len(messages), messages[-1], tokens
        return tokens + self._tokens_of_tools(request.tools)

    def _tokens_of_tools(self, tools: Sequence[Any]) -> int:
        before, tokens = self._tools
        if len(before) != len(tools) or any(map(is_not, before, tools)):
            tokens = tokens_of_tools(tools)
            self._tools = tuple(tools), tokens
        return tokens

    def _most_written(self, request: ModelRequest) -> int | None:
        if not self.quota.counts_tokens:
            return 0
        if not self._is_bound_known:
            self._bound, self._is_bound_known = most_output_tokens(clients_behind(self.client)), True
        options = request.options
        return options.get("max_completion_tokens") or options.get("max_tokens") or self._bound

    def _tell(self, limit: str, ahead: int) -> None:
        scope = current_scope()
        if scope is not None:
            scope.emit(CallQueued, "", self.name, limit, ahead)
