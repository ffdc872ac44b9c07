"""Budgets hold: before a call, under concurrency, in the middle of a stream; and at a limit there is a way on."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autogen import (
    AssistantAgent,
    GroupChat,
    GroupChatManager,
    Limits,
    UserProxyAgent,
    gather_usage_summary,
    run_settings,
    tool,
)
from autogen.core.budgets.account import Budget, Claim
from autogen.core.budgets.hold import reserved
from autogen.core.sync import run_sync
from autogen.errors import LimitReached
from autogen.messages import text_of
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.fallback import FallbackModel
from autogen.models.retry import RetryingModel
from autogen.observers.costs import CostObserver
from autogen.testing import RecordingObserver, ScriptedHuman, ScriptedModel, calls
from autogen.usage import Usage
from tests.servers.openai_server import OpenAIServer, reply

CENTS_A_TOKEN = 0.01


class PricedModel:
    """Writes some of the tokens that it may, at a cent each; reading is free."""

    def __init__(self, max_output_tokens: int | None, *written: int, name: str = "priced") -> None:
        self.name, self.max_output_tokens = name, max_output_tokens
        self.calls = 0
        self._written = written

    def cost_usd(self, usage: Usage) -> float:
        return usage.output_tokens * CENTS_A_TOKEN

    async def create(self, request: ModelRequest) -> ModelReply:
        count = self._written[self.calls % len(self._written)]
        self.calls += 1
        await asyncio.sleep(0)
        if request.on_delta is not None:
            for index in range(count):
                request.on_delta(f"w{index} ", "content")
                await asyncio.sleep(0)
        usage = Usage(10, count, cost_usd=count * CENTS_A_TOKEN)
        return ModelReply({"role": "assistant", "content": f"{count} words"}, self.name, usage)


def agent_of(model: Any, **options: Any) -> AssistantAgent:
    return AssistantAgent("assistant", "Help.", model=model, **options)


def user_of(**options: Any) -> UserProxyAgent:
    quiet: dict[str, Any] = {"human_input_mode": "NEVER", "default_auto_reply": "go on", "code_execution_config": False}
    return UserProxyAgent("user", **(quiet | options))


# The cap holds


@settings(deadline=None, max_examples=50)
@given(
    cap=st.integers(1, 3_000),
    most=st.integers(1, 60),
    count=st.integers(1, 1_500),
    seed=st.integers(0, 1_000),
)
def test_concurrent_calls_never_pass_a_cap_by_a_cent(cap: int, most: int, count: int, seed: int) -> None:
    async def spend() -> None:
        chance = random.Random(seed)  # noqa: S311 - nothing secret hangs on it
        budgets = tuple(Budget(Limits(cost_usd=each / 100)) for each in (cap, 2 * cap))
        highest = 0.0

        async def call() -> bool:
            nonlocal highest
            try:
                hold = await reserved(budgets, Claim(0, most, 0.0, most / 100))
            except LimitReached:
                return False
            await asyncio.sleep(0)
            if chance.random() < 0.1:
                hold.end()
                return True
            written = chance.randint(0, most)
            hold.settle(Usage(0, written, cost_usd=written / 100))
            highest = max(highest, budgets[0].used.cost_usd)
            return True

        done = await asyncio.gather(*(call() for _ in range(count)))
        assert highest <= cap / 100 + 1e-9
        if all(done):
            return
        while await call():  # what was reserved and not used can be used
            pass
        assert cap / 100 - most / 100 < budgets[0].used.cost_usd + 1e-9

    run_sync(spend)


async def test_a_thousand_runs_share_one_budget_and_keep_it() -> None:
    model, budget = PricedModel(20, 3, 20, 11, 7), Budget(Limits(cost_usd=25.0))

    async def one(number: int) -> str:
        result = await AssistantAgent(f"a{number}", "Help.", model=model).run("go", limits=budget)
        return result.stop_reason.kind if result.stop_reason else ""

    kinds = await asyncio.gather(*(one(number) for number in range(1_000)))
    assert set(kinds) == {"answered", "limit"}
    assert 24.8 < budget.used.cost_usd <= 25.0
    assert budget.used.calls == model.calls == kinds.count("answered")


async def test_a_call_that_may_pass_the_cap_is_not_made() -> None:
    model = PricedModel(50, 10)
    result = await agent_of(model).run("go", limits=Limits(cost_usd=0.49))
    assert model.calls == 0
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"
    assert "cost_usd=0.49 is reached (0.5)" in result.stop_reason.detail


async def test_what_is_read_counts_before_the_call() -> None:
    model = PricedModel(10, 1)
    await agent_of(model).run("x" * 10_000, limits=Limits(tokens=1_000))
    assert model.calls == 0


async def test_a_model_that_bounds_no_output_may_use_what_is_left() -> None:
    model = PricedModel(None, 10)
    result = await user_of().a_initiate_chat(agent_of(model), message="go", max_turns=9, silent=True)
    assert result.turns == 18
    with run_settings(limits=Limits(cost_usd=0.25)):
        result = await user_of().a_initiate_chat(agent_of(model), message="go", max_turns=9, silent=True)
    assert result.usage.cost_usd == pytest.approx(0.30)
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"


async def test_a_stream_is_cut_off_where_it_would_pass_the_cap() -> None:
    model, watch = PricedModel(None, 100), RecordingObserver()
    budget = Budget(Limits(cost_usd=0.30))
    result = await agent_of(model).run("go", limits=budget, observers=[Listening(watch)])
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"
    assert 0.29 < budget.used.cost_usd <= 0.30 + 1e-9
    assert [text_of(message) for message in result.chat_history] == ["go"]


class Listening:
    """An observer that wants replies piece by piece."""

    wants_tokens = True

    def __init__(self, watch: RecordingObserver) -> None:
        self.on_event = watch.on_event


async def test_the_words_of_a_stream_that_was_cut_off_are_told() -> None:
    agent = agent_of(PricedModel(None, 100))
    with (
        Budget(Limits(cost_usd=0.05)),
        run_settings(observers=[Listening(RecordingObserver())]),
        pytest.raises(LimitReached) as caught,
    ):
        await agent.a_generate_reply([{"role": "user", "content": "go"}])
    assert caught.value.partial == "w0 w1 w2 w3 w4 "


# Accounts within accounts


async def test_an_agent_has_a_budget_of_its_own_in_each_run() -> None:
    agent = agent_of(ScriptedModel(*"abcdef"), limits=Limits(model_calls=2))
    for texts in (["go", "a", "go on", "b", "go on"], ["go", "c", "go on", "d", "go on"]):
        result = await user_of().a_initiate_chat(agent, message="go", silent=True)
        assert [text_of(message) for message in result.chat_history] == texts
        assert result.stop_reason is not None
        assert result.stop_reason[:2] == ("limit", "assistant")


async def test_a_budget_of_an_agent_may_go_on_from_run_to_run() -> None:
    budget = Budget(Limits(model_calls=3))
    agent = agent_of(ScriptedModel(*"abc"), limits=budget)
    kinds = [(await agent.run("go")).stop_reason for _ in range(4)]
    assert [reason.kind for reason in kinds if reason] == ["answered"] * 3 + ["limit"]
    assert budget.used.calls == 3


async def test_a_group_has_a_budget_of_its_own() -> None:
    members = [AssistantAgent(name, "Help.", model=ScriptedModel(*"123456789")) for name in ("ann", "bob")]
    group = GroupChat([*members], [], max_round=9, speaker_selection_method="round_robin")
    manager = GroupChatManager(group, limits=Limits(model_calls=3))
    await user_of().a_initiate_chat(manager, message="go", silent=True, max_turns=1)
    assert [message["content"] for message in group.messages] == ["go", "1", "1", "2"]


async def test_an_agent_that_is_a_tool_is_charged_to_whoever_asks_it() -> None:
    inner = AssistantAgent("inner", "Help.", description="Knows.", model=ScriptedModel("42"))
    outer = agent_of(ScriptedModel(calls("inner", task="?"), "It is 42."), tools=[inner], limits=Limits(model_calls=2))
    result = await outer.run("What?")
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"
    assert result.usage.calls == 2


async def test_a_block_is_charged_over_several_runs() -> None:
    agent = agent_of(ScriptedModel("a", "b", "c"))
    with Budget(Limits(model_calls=2)) as budget:
        kinds = [(await agent.run("go")).stop_reason for _ in range(3)]
    assert [reason.kind for reason in kinds if reason] == ["answered", "answered", "limit"]
    assert budget.used.calls == 2
    assert budget.turns == 2
    assert (await agent.run("go")).summary == "c"


async def test_the_turns_of_a_block_are_bounded() -> None:
    agent = agent_of(ScriptedModel(*"abcdef"))
    with Budget(Limits(turns=4)):
        result = await user_of().a_initiate_chat(agent, message="go", silent=True)
    assert result.turns == 4


async def test_the_time_of_a_block_is_bounded() -> None:
    agent = agent_of(ScriptedModel("late", latency_s=30))
    with Budget(Limits(time_s=0.05)):
        result = await agent.run("go")
    assert result.stop_reason is not None
    assert result.stop_reason.detail.startswith("time_s=0.05 is reached")


async def test_time_that_was_added_while_a_model_is_asked_counts_at_once() -> None:
    budget, asked = Budget(Limits(time_s=0.05)), asyncio.Event()

    class Slow:
        name = "slow"

        async def create(self, request: ModelRequest) -> ModelReply:
            budget.raise_limits(Limits(time_s=30))
            asked.set()
            await asyncio.sleep(0.1)  # longer than was allowed at first
            return ModelReply({"role": "assistant", "content": "late, but in time"})

    with budget:
        result = await agent_of(Slow()).run("go")
    assert (result.summary, asked.is_set()) == ("late, but in time", True)


async def test_all_that_an_agent_used_as_a_tool_is_doing_ends_with_the_time() -> None:
    ended: list[str] = []

    async def wait(name: str) -> str:
        """Wait."""
        try:
            await asyncio.sleep(30)
        finally:
            ended.append(name)
        return "never"

    inner = agent_of(ScriptedModel(calls(wait, name="inner")), tools=[wait])
    outer = agent_of(ScriptedModel(calls("ask_inner", task="wait")), tools=[inner.as_tool(name="ask_inner")])
    result = await outer.run("go", limits=Limits(time_s=0.05))
    assert ended == ["inner"]
    assert result.stop_reason is not None
    assert result.stop_reason.detail.startswith("time_s=0.05 is reached")


async def test_a_run_that_is_over_keeps_no_timer_of_its_time() -> None:
    agent = agent_of(ScriptedModel("done", latency_s=0.001))
    budget = Budget(Limits(time_s=3_600))
    await agent.run("go", limits=budget)
    gone = weakref.ref(budget)
    del budget
    gc.collect()
    assert gone() is None


async def test_a_tool_is_not_run_when_the_money_is_spent() -> None:
    ran: list[int] = []

    @tool
    def spend(amount: int) -> str:
        """Spend."""
        ran.append(amount)
        return "done"

    asked = ModelReply(
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "1", "type": "function", "function": {"name": "spend", "arguments": '{"amount": 3}'}}
        ]},
        usage=Usage(1, 1, cost_usd=1.0),
        finish_reason="tool_calls",
    )  # fmt: skip
    result = await agent_of(ScriptedModel(asked), tools=[spend]).run("go", limits=Limits(cost_usd=1.0))
    assert ran == []
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"


# What is counted


async def test_an_answer_from_a_cache_costs_nothing() -> None:
    class Cached:
        name = "cached"

        async def create(self, request: ModelRequest) -> ModelReply:
            return ModelReply(
                {"role": "assistant", "content": "x"}, "cached", Usage(9, 9, cost_usd=1.0), from_cache=True
            )

    budget = Budget(Limits(cost_usd=0.5))
    await agent_of(Cached()).run("go", limits=budget)
    assert (budget.used.calls, budget.used.cost_usd) == (1, 0.0)


async def test_a_call_whose_usage_nobody_tells_is_charged_with_what_it_might_have_used() -> None:
    class Silent:
        name, max_output_tokens = "silent", 30

        def cost_usd(self, usage: Usage) -> float:
            return usage.output_tokens / 100

        async def create(self, request: ModelRequest) -> ModelReply:
            return ModelReply({"role": "assistant", "content": "x"}, "silent")

    budget = Budget(Limits(cost_usd=0.5))
    await agent_of(Silent()).run("go", limits=budget)
    assert budget.used.cost_usd == pytest.approx(0.30)


async def test_the_price_is_known_behind_retries_and_other_entries() -> None:
    cheap, dear = PricedModel(10, 10), PricedModel(40, 10)
    budget = Budget(Limits(cost_usd=0.39))
    result = await agent_of(RetryingModel(FallbackModel([cheap, dear]))).run("go", limits=budget)
    assert (cheap.calls, dear.calls) == (0, 0)
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"


async def test_a_model_that_asks_agents_does_not_wait_for_itself() -> None:
    inner = agent_of(PricedModel(20, 5))

    class Asking(PricedModel):
        async def create(self, request: ModelRequest) -> ModelReply:
            await inner.a_generate_reply([{"role": "user", "content": "?"}])
            return await super().create(request)

    result = await agent_of(Asking(20, 5)).run("go", limits=Limits(cost_usd=0.30))
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"


async def test_a_call_that_is_cancelled_while_it_waits_lets_the_next_one_go() -> None:
    budget, claim = Budget(Limits(cost_usd=1.0)), Claim(0, 100, 0.0, 1.0)
    hold = await reserved((budget,), claim)
    first, second = (asyncio.ensure_future(reserved((budget,), claim)) for _ in range(2))
    await asyncio.sleep(0)
    hold.settle(Usage())
    first.cancel()
    (await second).settle(Usage(0, 100, cost_usd=1.0))
    assert budget.used.cost_usd == 1.0
    with pytest.raises(LimitReached):
        await reserved((budget,), claim)


async def test_a_failed_call_gives_its_reservation_back() -> None:
    budget = Budget(Limits(cost_usd=0.10, model_calls=1))
    agent = agent_of(ScriptedModel(RuntimeError("broken"), "fine"))
    with pytest.raises(RuntimeError, match="broken"):
        await agent.run("go", limits=budget)
    assert (await agent.run("go", limits=budget)).summary == "fine"


async def test_each_message_and_each_agent_has_its_cost() -> None:
    costs, model = CostObserver(), PricedModel(50, 10, 20)
    with run_settings(observers=[costs]):
        await user_of().a_initiate_chat(agent_of(model), message="go", max_turns=2, silent=True)
    assert [(each.source, text_of(each.message), each.usage.cost_usd) for each in costs.messages] == [
        ("user", "go", 0.0),
        ("assistant", "10 words", 0.1),
        ("user", "go on", 0.0),
        ("assistant", "20 words", 0.2),
    ]
    assert {name: round(used.cost_usd, 9) for name, used in costs.by_agent.items()} == {"assistant": 0.3}


# At a limit


async def test_at_a_limit_a_cheaper_model_goes_on() -> None:
    dear, cheap = PricedModel(50, 50, name="dear"), PricedModel(10, 5, name="cheap")
    agent = agent_of(dear, at_limit=[cheap], limits=Limits(cost_usd=0.75))
    result = await user_of().a_initiate_chat(agent, message="go", max_turns=3, silent=True)
    assert (dear.calls, cheap.calls) == (1, 2)
    assert [text_of(message) for message in result.chat_history[1::2]] == ["50 words", "5 words", "5 words"]


async def test_at_a_limit_the_model_is_shown_less() -> None:
    shown: list[int] = []

    class Counting(PricedModel):
        async def create(self, request: ModelRequest) -> ModelReply:
            shown.append(len(request.messages))
            return await super().create(request)

    agent = agent_of(Counting(10, 1), at_limit=["compact"])
    messages: list[Any] = [{"role": "user", "content": "x" * 400} for _ in range(20)]
    with Budget(Limits(tokens=2_000)):
        await agent.a_generate_reply(messages)
    assert shown == [10]


async def test_at_a_limit_the_human_may_allow_as_much_again() -> None:
    human, budget = ScriptedHuman("yes", "no"), Budget(Limits(model_calls=1))
    agent = agent_of(ScriptedModel("a", "b"), at_limit=["ask"], human=human)
    kinds = [(await agent.run("go", limits=budget)).stop_reason for _ in range(3)]
    assert [reason.kind for reason in kinds if reason] == ["answered", "answered", "limit"]
    assert [question.prompt for question in human.questions] == [
        "assistant has reached its limit model_calls=1. Allow as much again? [y/N] ",
        "assistant has reached its limit model_calls=2. Allow as much again? [y/N] ",
    ]


def test_a_way_on_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="at_limit takes 'compact', 'ask' and models, not 3"):
        agent_of(ScriptedModel(), at_limit=[3])


@pytest.mark.parametrize("watch", [Limits(model_calls=1), Budget(Limits(model_calls=1))])
def test_in_the_synchronous_api_too(watch: Any) -> None:
    with run_settings(limits=watch):
        result = user_of().initiate_chat(agent_of(ScriptedModel("a", "b")), message="go", silent=True)
    assert [text_of(message) for message in result.chat_history] == ["go", "a", "go on"]


async def test_where_nobody_is_there_to_allow_more_the_limit_holds() -> None:
    agent = agent_of(ScriptedModel("a"), at_limit=["ask"], human=ScriptedHuman(None), limits=Limits(model_calls=0))
    result = await agent.run("go")
    assert result.stop_reason is not None
    assert result.stop_reason.kind == "limit"


async def test_where_no_way_on_fits_the_last_limit_is_told() -> None:
    dear, cheap = PricedModel(50, 50), PricedModel(20, 5)
    agent = agent_of(dear, at_limit=["compact", cheap], limits=Limits(cost_usd=0.10))
    result = await agent.run("go")
    assert (dear.calls, cheap.calls) == (0, 0)
    assert result.stop_reason is not None
    assert "cost_usd=0.1 is reached (0.2)" in result.stop_reason.detail


async def test_a_cheaper_model_may_be_given_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIServer(reply("cheap")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        agent = agent_of(PricedModel(50, 50), at_limit=["openai:stub"], limits=Limits(cost_usd=0.10))
        result = await agent.run("go")
    assert result.summary == "cheap"


async def test_what_several_agents_used_is_added_up() -> None:
    agents: list[Any] = [agent_of(PricedModel(50, 10)), agent_of(PricedModel(50, 20)), object()]
    for agent in agents[:2]:
        await agent.run("go")
    used = gather_usage_summary(agents)["usage_excluding_cached_inference"]
    assert used["total_cost"] == pytest.approx(0.3)
    assert used["priced"] == {
        "cost": pytest.approx(0.3), "prompt_tokens": 20, "completion_tokens": 30, "total_tokens": 50
    }  # fmt: skip
