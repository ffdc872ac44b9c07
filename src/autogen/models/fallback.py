"""The next model: entries of a list, asked in order until one answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope
from autogen.errors import IncompleteReply, ModelError, ModelRejected
from autogen.events import ModelSwitched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.models.client import ModelClient, ModelReply, ModelRequest


class FallbackModel:
    """Asks the clients in order; the first answer counts.

    As in classic AutoGen the next one is asked after any failure of a model call: rate limits, time-outs and failures
    of the server, but also a key that is refused or a conversation that is too long for this model. Not so if the
    provider's content filter rejected the request, or if the listener of a stream has heard a part of a reply.

    Args:
        clients: at least one; the first is the one that is wanted.
    """

    def __init__(self, clients: Sequence[ModelClient]) -> None:
        if not clients:
            raise ValueError("FallbackModel needs at least one client")
        self.clients = tuple(clients)

    @property
    def name(self) -> str:
        """The name of the first model."""
        return self.clients[0].name

    @property
    def fingerprint(self) -> Any:
        """Those of all models, in order."""
        return [getattr(client, "fingerprint", client.name) for client in self.clients]

    async def create(self, request: ModelRequest) -> ModelReply:
        """Ask one after the other.

        Raises:
            ModelError: that of the last one asked; its text lists all that failed.
        """
        failed: list[str] = []
        for client, following in zip(self.clients, [*self.clients[1:], None], strict=True):
            try:
                return await client.create(request)
            except ModelError as error:
                if following is None or not _concerns_one_model(error, request):
                    raise _with_history(error, failed) from error.__cause__
                what = f"{type(error).__name__}: {error}"
                failed.append(f"{client.name} ({what})")
                _tell(client.name, following.name, what)
        raise AssertionError  # the last client has answered or failed


def _with_history(error: ModelError, failed: list[str]) -> ModelError:
    """Return the error with those before it in its words."""
    if failed:
        error.args = (f"{error} Before that failed {'; '.join(failed)}",)
    return error


def _tell(failed: str, following: str, what: str) -> None:
    scope = current_scope()
    if scope is not None:
        scope.emit(ModelSwitched, "", failed, following, what)


def _concerns_one_model(error: ModelError, request: ModelRequest) -> bool:
    if isinstance(error, IncompleteReply):
        return request.on_delta is None
    return not (isinstance(error, ModelRejected) and "content_filter" in str(error))
