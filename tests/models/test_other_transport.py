"""Bad answers over the SDK's own transport, as it is where aiohttp is not installed: what comes of them is the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

from autogen.errors import ModelUnavailable
from autogen.models.openai.connection import pool_of_loop
from tests.models import hostile_anthropic, hostility, test_hostile_replies
from tests.models.dialects import ANTHROPIC
from tests.models.hostility import Case, named

pytestmark = pytest.mark.usefixtures("without_aiohttp")

STREAMS = {"cut", "reset", "reset before the first", "empty", "silence", "silence in the middle", "a bad line", "cut within a line", "a line without end"}  # fmt: skip
SEEN_AS_SILENCE = "not HTTP"
"""What is no HTTP at all is to this transport a server that hung up without a word."""


@pytest.fixture(scope="module")
async def without_aiohttp(anyio_backend: str) -> AsyncIterator[None]:
    """Have the SDK make its connections as it does where its extra is not installed."""

    def not_installed(**_: Any) -> None:
        raise RuntimeError("To use the aiohttp client you must have installed the package with the `aiohttp` extra")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openai, "DefaultAioHttpClient", not_installed)
        await (await pool_of_loop()).close()
        pool = await pool_of_loop()
        assert isinstance(pool.http, openai.DefaultAsyncHttpxClient)
        yield
        await pool.close()


@pytest.mark.parametrize("case", named([case for case in hostility.WIRE if case.name != SEEN_AS_SILENCE]))
async def test_broken_transport_is_told_within_its_limit(case: Case) -> None:
    await hostility.check(ANTHROPIC, case, streams=False)


@pytest.mark.parametrize(
    "case", test_hostile_replies.named([c for c in test_hostile_replies.WIRE if c.name != SEEN_AS_SILENCE])
)
async def test_broken_transport_of_chat_completions_is_told_too(case: Any) -> None:
    await test_hostile_replies.check(case, streams=False)


async def test_what_is_no_http_at_all_is_a_server_that_hung_up() -> None:
    [case] = [case for case in hostility.WIRE if case.name == SEEN_AS_SILENCE]
    assert type(await hostility.outcome_of(ANTHROPIC, case, streams=False)) is ModelUnavailable


@pytest.mark.parametrize("case", named([case for case in hostile_anthropic.STREAMS if case.name in STREAMS]))
async def test_a_stream_that_is_wrong_is_never_an_answer(case: Case) -> None:
    await hostility.check(ANTHROPIC, case, streams=True)


@pytest.mark.parametrize(
    "case", test_hostile_replies.named([c for c in test_hostile_replies.STREAMS if c.name in STREAMS])
)
async def test_a_stream_of_chat_completions_that_is_wrong_is_none_either(case: Any) -> None:
    await test_hostile_replies.check(case, streams=True)
