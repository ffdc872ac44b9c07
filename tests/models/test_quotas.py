"""Quotas: calls and tokens in a minute, and calls at once, over all that shares them."""

from __future__ import annotations

import asyncio
import copy
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from autogen import AssistantAgent, run_settings
from autogen.errors import ModelRejected, ModelUnavailable, RateLimited
from autogen.events import CallQueued, Event
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.factory import model_from_config
from autogen.models.fallback import FallbackModel
from autogen.models.pacing import LimitedModel, PacedModel, Quota, TimeRateLimiter
from autogen.models.retry import Backoff, RetryingModel
from autogen.testing import ScriptedModel
from autogen.usage import Usage
from tests.models.asking import config
from tests.models.virtual_time import run_virtually
from tests.servers.openai_server import OpenAIServer

MINUTE = 60.0
WORDS = "word " * 100  # 500 characters: 125 estimated tokens


@dataclass
class Served:
    """A call as its provider saw it."""

    name: str
    begun: float
    read: int
    ended: float = float("inf")
    written: int = 0


@dataclass
class Provider:
    """A provider that takes its time, sometimes refuses, and keeps a book of every call."""

    clock: Callable[[], float]
    chance: random.Random
    name: str = "served"
    served: list[Served] = field(default_factory=list[Served])
    longest_s: float = 20.0

    async def create(self, request: ModelRequest) -> ModelReply:
        text = str(request.messages[-1].get("content"))
        call = Served(text.partition(" ")[0], self.clock(), len(text) // 5)
        self.served.append(call)
        call.written = request.options["max_tokens"]  # maybe, if the caller loses patience
        try:
            await asyncio.sleep(self.chance.uniform(0, self.longest_s))
        finally:
            call.ended = self.clock()
        if self.chance.random() < 0.1:
            call.written = 0
            raise ModelUnavailable("busy", status=503)
        call.written = self.chance.randint(0, request.options["max_tokens"])
        return ModelReply(
            {"role": "assistant", "content": "Yes."}, usage=Usage(call.read, call.written), finish_reason="stop"
        )


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same chances in each run of the tests


def question(name: str, *, max_tokens: int = 100) -> ModelRequest:
    return ModelRequest([{"role": "user", "content": f"{name} {WORDS}"}], options={"max_tokens": max_tokens})


def most_in_a_minute(provider: Provider) -> tuple[int, int]:
    """Return the most calls, and the most tokens, in any minute, however a provider may count them.

    What is written may count at any time from the beginning of a call to its end.
    """
    moments = sorted({moment for call in provider.served for moment in (call.begun, call.ended)})
    most_calls = most_tokens = 0
    for now in moments:
        since = now - MINUTE + 1e-6  # what lies a minute back, but for a rounding of the last digit
        begun = [call for call in provider.served if since < call.begun <= now]
        writing = [call for call in provider.served if call.begun <= now and call.ended > since]
        most_calls = max(most_calls, len(begun))
        most_tokens = max(most_tokens, sum(call.read for call in begun) + sum(call.written for call in writing))
    return most_calls, most_tokens


def most_at_once(provider: Provider) -> int:
    ends = sorted(call.ended for call in provider.served)
    begins = sorted(call.begun for call in provider.served)
    most = ended = 0
    for begun_before, now in enumerate(begins):
        while ends[ended] <= now:
            ended += 1
        most = max(most, begun_before + 1 - ended)
    return most


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_thousands_of_calls_at_once_never_pass_a_quota_in_any_minute(seed: int) -> None:
    """Three models of one quota, with retries, failures, and callers who lose patience."""
    chance = dice(seed)

    async def main(clock: Callable[[], float]) -> Provider:
        provider = Provider(clock, chance)
        quota = Quota(requests_per_minute=100, tokens_per_minute=20_000, max_at_once=30, clock=clock)
        models = [
            RetryingModel(LimitedModel(provider, quota), Backoff(retries=3, budget_s=1e9), chance=chance.random)
            for _ in range(3)
        ]

        async def ask(number: int) -> None:
            await asyncio.sleep(chance.uniform(0, 300))
            patience_s = chance.choice([30.0, 1e9, 1e9, 1e9])
            try:
                async with asyncio.timeout(patience_s):
                    await chance.choice(models).create(question(f"n{number}", max_tokens=chance.randint(1, 300)))
            except (TimeoutError, ModelUnavailable):
                pass

        async with asyncio.TaskGroup() as group:
            for number in range(2_000):
                group.create_task(ask(number))
        return provider

    provider = run_virtually(main)
    calls, tokens = most_in_a_minute(provider)
    assert calls <= 100
    assert tokens <= 20_000
    assert most_at_once(provider) <= 30
    assert len(provider.served) > 1_000
    assert tokens > 10_000, "a quota that is hardly used is no quota"


def test_waiting_calls_go_on_in_the_order_in_which_they_came() -> None:
    async def main(clock: Callable[[], float]) -> list[str]:
        provider = Provider(clock, dice(1))
        quota = Quota(requests_per_minute=5, max_at_once=2, clock=clock)
        models = [LimitedModel(provider, quota) for _ in range(4)]
        asking = [asyncio.ensure_future(models[n % 4].create(question(f"n{n}"))) for n in range(40)]
        await asyncio.sleep(1)
        for number in (7, 9, 30):
            asking[number].cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        return [call.name for call in provider.served]

    assert run_virtually(main) == [f"n{number}" for number in range(40) if number not in {7, 9, 30}]


def test_whoever_comes_while_others_wait_goes_behind_them_even_if_there_is_room_at_that_moment() -> None:
    async def main(clock: Callable[[], float]) -> list[str]:
        provider = Provider(clock, dice(2))
        model = LimitedModel(provider, Quota(max_at_once=1, clock=clock))

        async def twice() -> None:
            await model.create(question("first"))
            await model.create(question("again"))  # the room of the first is free, and not taken yet

        async with asyncio.TaskGroup() as group:
            group.create_task(twice())
            await asyncio.sleep(0)
            group.create_task(model.create(question("waiting")))
        return [call.name for call in provider.served]

    assert run_virtually(main) == ["first", "waiting", "again"]


def test_a_quota_lets_through_what_it_allows_and_the_rest_a_minute_later() -> None:
    async def main(clock: Callable[[], float]) -> list[float]:
        provider = Provider(clock, dice(8), longest_s=0)
        model = RetryingModel(LimitedModel(provider, Quota(requests_per_minute=3, clock=clock)), Backoff(retries=0))
        began = clock()
        await asyncio.gather(*(model.create(question("n")) for _ in range(8)), return_exceptions=True)
        return [round(call.begun - began, 1) for call in provider.served]

    assert run_virtually(main) == [0, 0, 0, 60, 60, 60, 120, 120]


def test_tokens_are_reserved_before_a_call_and_corrected_by_what_it_used() -> None:
    """Each call may write 200 tokens and writes none: only while it is under way are they taken."""

    async def main(clock: Callable[[], float]) -> list[float]:
        async def silent(_: ModelRequest) -> ModelReply:
            begun.append(clock() - began)
            await asyncio.sleep(5)
            return ModelReply({"role": "assistant", "content": ""}, usage=Usage(100, 0))

        began, begun = clock(), list[float]()
        model = LimitedModel(_Asked(silent), Quota(tokens_per_minute=1_000, clock=clock))
        await asyncio.gather(*(model.create(question("n", max_tokens=200)) for _ in range(5)))
        return begun

    assert run_virtually(main) == [0, 0, 5, 5, 10]


class _Asked:
    """A model that is one coroutine function."""

    name = "asked"

    def __init__(self, create: Any) -> None:
        self.create = create


async def test_a_call_that_can_never_fit_is_refused_at_once_and_the_next_model_asked() -> None:
    small = LimitedModel(ScriptedModel("never said"), Quota(tokens_per_minute=100))
    with pytest.raises(ModelRejected, match=r"reads about 1\d\d tokens.*tokens_per_minute=100.*max_tokens"):
        await small.create(question("n"))
    answer = await FallbackModel([small, ScriptedModel("from the next")]).create(question("n"))
    assert answer.message.get("content") == "from the next"


def test_a_wait_that_the_provider_asks_for_holds_for_all_who_share_the_quota() -> None:
    async def main(clock: Callable[[], float]) -> float:
        busy = _Asked(None)

        async def refuse(_: ModelRequest) -> ModelReply:
            raise RateLimited("slow down", retry_after_s=7)

        busy.create = refuse
        quota, began = Quota(requests_per_minute=1_000, clock=clock), clock()
        with pytest.raises(RateLimited):
            await LimitedModel(busy, quota).create(question("a"))
        await LimitedModel(ScriptedModel("Yes."), quota).create(question("b"))
        return round(clock() - began, 1)

    assert run_virtually(main) == 7


def test_a_model_that_asks_others_of_its_quota_does_not_wait_for_itself() -> None:
    async def main(clock: Callable[[], float]) -> str | Any:
        quota = Quota(max_at_once=1, clock=clock)
        inner = LimitedModel(ScriptedModel("from within"), quota)
        outer = LimitedModel(_Asked(inner.create), quota)
        return (await outer.create(question("n"))).message.get("content")

    assert run_virtually(main) == "from within"


async def test_a_cached_answer_takes_nothing_of_a_quota() -> None:
    async def cached(_: ModelRequest) -> ModelReply:
        return ModelReply({"role": "assistant", "content": "known"}, usage=Usage(9, 9), from_cache=True)

    model = LimitedModel(_Asked(cached), Quota(requests_per_minute=1))
    async with asyncio.timeout(5):
        for _ in range(3):
            await model.create(question("n"))


async def test_a_stream_is_heard_while_it_holds_its_place_and_gives_it_back_when_its_listener_fails() -> None:
    model = LimitedModel(ScriptedModel("one two", "three"), Quota(max_at_once=1))

    def fail(_: str, __: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await model.create(ModelRequest([{"role": "user", "content": "Hi"}], on_delta=fail))
    heard: list[str] = []
    async with asyncio.timeout(5):
        await model.create(ModelRequest([{"role": "user", "content": "Hi"}], on_delta=lambda t, _: heard.append(t)))
    assert "".join(heard) == "three"


def test_threads_with_loops_of_their_own_share_a_quota() -> None:
    quota, at_once, most = Quota(max_at_once=3), [0], [0]

    async def count(_: ModelRequest) -> ModelReply:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        await asyncio.sleep(0)
        at_once[0] -= 1
        return ModelReply({"role": "assistant", "content": ""})

    async def ask_often() -> None:
        async with asyncio.timeout(20):
            await asyncio.gather(*(LimitedModel(_Asked(count), quota).create(question("n")) for _ in range(200)))

    threads = [threading.Thread(target=asyncio.run, args=(ask_often(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert 1 <= most[0] <= 3


def test_a_wait_is_told_as_an_event_once() -> None:
    async def main(clock: Callable[[], float]) -> list[tuple[str, str, int]]:
        quota = Quota(requests_per_minute=1, clock=clock)
        agents = [AssistantAgent(f"a{n}", model=LimitedModel(ScriptedModel("Yes."), quota)) for n in range(3)]
        with run_settings(observers=[_Collect(events)]):
            await asyncio.gather(*(agent.run("Hi") for agent in agents))
        return [(event.model, event.limit, event.ahead) for event in events if isinstance(event, CallQueued)]

    events: list[Event] = []
    assert run_virtually(main) == [("scripted", "requests_per_minute", 0), ("scripted", "queue", 1)]


class _Collect:
    def __init__(self, events: list[Event]) -> None:
        self.events = events

    def on_event(self, event: Event) -> None:
        self.events.append(event)


async def test_agents_of_one_configuration_share_the_limits_in_it() -> None:
    with OpenAIServer() as server:
        limits: dict[str, Any] = {"requests_per_minute": 1_000, "tokens_per_minute": 90_000, "max_at_once": 4}
        first, second = (model_from_config(config(server.url, **limits)) for _ in range(2))
        other = model_from_config(config(server.url, **{**limits, "model": "other"}))
        await first.create(question("n"))
        sent = server.requests[-1].body
    quotas: list[Any] = [model.client.quota for model in (first, second, other)]  # type: ignore[attr-defined]
    assert quotas[0] is quotas[1] is not quotas[2]
    assert copy.deepcopy(quotas[0]) is quotas[0]
    assert not limits.keys() & sent.keys()


def test_a_paced_model_in_a_run_tells_that_it_waits() -> None:
    async def no_wait(_: float) -> None:
        return

    events: list[Event] = []
    model = PacedModel(ScriptedModel("a", "b"), TimeRateLimiter(0.001), sleep=no_wait)
    with run_settings(observers=[_Collect(events)]):
        for _ in range(2):
            AssistantAgent("agent", model=model).run_sync("Hi")
    assert [event.limit for event in events if isinstance(event, CallQueued)] == ["api_rate_limit"]


@pytest.mark.parametrize("key", ["requests_per_minute", "tokens_per_minute", "max_at_once"])
@pytest.mark.parametrize("value", [0, -1, 1.5, "many", True])
def test_a_bound_that_cannot_be_is_refused_with_its_name(key: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"'{key}' is a whole number from 1.*{value!r}"):
        AssistantAgent("agent", llm_config={"model": "m", key: value})
    with pytest.raises(ValueError, match=key):
        Quota(**{key: value})
