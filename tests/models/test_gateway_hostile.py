"""The gateway library reads replies its own way; whatever it makes of a bad one, no foreign error and no secret gets out.

The bad replies are those of chat completions, which the library speaks for most of its providers.
"""

from __future__ import annotations

from typing import Any

import pytest

from autogen.errors import IncompleteReply, ModelError
from autogen.models.client import ModelReply
from tests.models import hostility, test_hostile_replies
from tests.models.dialects import GATEWAY
from tests.models.hostility import Case, check_words, outcome_of

pytestmark = pytest.mark.usefixtures("one_loop")

LENIENT = {"no reason but DONE", "only DONE"}


def named(cases: list[Any]) -> list[Any]:
    return [pytest.param(case, id=case.name.replace(" ", "-")) for case in cases]


async def outcome(case: Any, *, streams: bool) -> ModelReply | ModelError:
    found = await outcome_of(GATEWAY, Case(case.name, case.answer, limits=case.limits), streams=streams)
    if isinstance(found, ModelError):
        check_words(found)
    return found


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", named(test_hostile_replies.STATUSES))
async def test_a_status_means_the_same_as_without_the_gateway(case: Any, streams: bool) -> None:
    assert type(await outcome(case, streams=streams)) is case.outcome


@pytest.mark.parametrize("case", named(test_hostile_replies.BODIES))
async def test_a_bad_body_is_an_error_of_ours_or_a_reply(case: Any) -> None:
    found = await outcome(case, streams=False)
    if isinstance(found, ModelReply):
        assert found.message.get("role") == "assistant"


@pytest.mark.parametrize("case", named(hostility.WIRE))
async def test_broken_transport_is_told_within_its_limit(case: Case) -> None:
    found = await outcome(case, streams=False)
    assert type(found) is case.error, repr(found)


@pytest.mark.parametrize("case", named([case for case in test_hostile_replies.STREAMS if case.name != "5 MB of text"]))
async def test_a_bad_stream_is_never_an_answer(case: Any) -> None:
    found = await outcome(case, streams=True)
    if case.outcome is IncompleteReply or case.name in LENIENT:
        assert isinstance(found, ModelError), found
