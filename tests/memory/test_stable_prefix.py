"""What goes over the wire begins with the same bytes from turn to turn, so that a provider's prompt cache answers for them."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from autogen import AssistantAgent
from autogen.memory import LastMessages, ShortenToolResults, SummariseOlder, TokenLimit
from autogen.models.exchange.sdk import load_sdk
from tests.models.dialects import ANTHROPIC, CHAT, GOOGLE, RESPONSES, Dialect
from tests.servers.openai_server import Received
from tests.servers.said import Asked, Said

TURNS = 40
SDKS = {"anthropic": "anthropic", "google": "google.genai"}


def look(place: str) -> str:
    """Look at a place."""
    return f"At {place} there is {'nothing ' * 20}."


def talker(dialect: Dialect) -> Any:
    """Answer with a call at every other request, and with words in between."""
    count = 0

    def answer(received: Received) -> Any:
        nonlocal count
        count += 1
        asked = Asked(f"call_{count}", "look", {"place": f"p{count}"})
        said: Any = dialect.reply(Said(calls=(asked,)) if count % 2 else Said(text=f"answer {count} " + "word " * 30))
        return said(received) if callable(said) else said

    return answer


async def bodies_of(dialect: Dialect, context: Any) -> list[bytes]:
    if dialect.name in SDKS:
        await load_sdk(SDKS[dialect.name], extra=dialect.name, needed_by="this test")
    with dialect.serve(talker(dialect)) as server:
        agent = AssistantAgent("assistant", "Help.", llm_config=dialect.config(server), tools=[look], context=context)
        for turn in range(TURNS // 2):
            await agent.run(f"question {turn} " + "more " * 20, clear_history=turn == 0)
        return [json.dumps(received.body).encode() for received in server.requests]


def kept(before: bytes, after: bytes) -> bool:
    """Tell whether all but the very end of a request (brackets, and what follows the messages) begins the next one."""
    same = next((place for place, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    return same > 0.6 * len(before)


VIEWS: dict[str, tuple[Any, int]] = {
    "all": (None, 0),
    "last": (LastMessages(20), 4 * (TURNS // 2) // 5),  # four messages a question, five left out at a time
    "tokens": (TokenLimit(1_500), 10),
    "summary": (SummariseOlder(1_500, summarise=lambda _: "They looked around."), 6),
    "results": ([ShortenToolResults(3, at_once=6), TokenLimit(4_000)], 8),
}


@pytest.mark.parametrize(
    ("dialect", "view"),
    [*((CHAT, view) for view in VIEWS), (ANTHROPIC, "tokens"), (GOOGLE, "tokens"), (RESPONSES, "tokens")],
    ids=str,
)
async def test_a_request_begins_as_the_one_before_but_for_the_few_that_move_the_window(
    dialect: Dialect, view: str
) -> None:
    context, moves = VIEWS[view]
    bodies = await bodies_of(dialect, context)
    assert len(bodies) == TURNS
    assert sum(not kept(before, after) for before, after in pairwise(bodies[4:])) <= moves
