"""Limits of tokens that make no sense."""

from __future__ import annotations

from autogen.agentchat.contrib.capabilities.transforms import MessageTokenLimiter
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def made(**options: object) -> Outcome:
        return api.error(lambda: MessageTokenLimiter(**options) and "made")

    return {
        "plain": made(),
        "per_message": made(max_tokens_per_message=-1),
        "total": made(max_tokens=-1),
        "minimum": made(min_tokens=-1),
        "minimum_over_total": made(min_tokens=10, max_tokens=5),
        "good": made(min_tokens=5, max_tokens=10, max_tokens_per_message=3),
        "model": made(model="some-unknown-model", max_tokens=5),
    }
