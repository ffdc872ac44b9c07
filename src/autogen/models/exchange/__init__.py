"""One question and its answer over HTTP, the same for every provider; what differs is its `Wire`."""

from autogen.models.exchange.hosted import HostedModel
from autogen.models.exchange.wire import Call, GrowingReply, Question, Refusal, Wire

__all__ = ["Call", "GrowingReply", "HostedModel", "Question", "Refusal", "Wire"]
