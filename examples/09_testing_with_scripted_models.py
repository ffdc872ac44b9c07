"""Tests of your agents, without a model: scripts in the place of models and humans, and a record of all events.

Tier T0. Run it with pytest, or by itself.
"""

import pytest

from autogen import AssistantAgent, UserProxyAgent, run_settings
from autogen.errors import RateLimited
from autogen.events import StepEnded
from autogen.testing import RecordingObserver, ScriptedHuman, ScriptedModel


def test_the_reviewer_gets_a_second_draft() -> None:
    writer = AssistantAgent("writer", model=ScriptedModel("A draft.", "A better draft."))
    reviewer = UserProxyAgent(
        "reviewer", human=ScriptedHuman("Once more, please.", "exit"), code_execution_config=False
    )
    result = reviewer.initiate_chat(writer, message="Write.", silent=True)
    assert [message.get("content") for message in result.chat_history] == [
        "Write.",
        "A draft.",
        "Once more, please.",
        "A better draft.",
    ]
    assert result.human_input == ["Once more, please.", "exit"]


def test_a_busy_server_ends_the_run_and_the_task_is_kept() -> None:
    writer = AssistantAgent("writer", model=ScriptedModel(RateLimited("Too many requests.")))
    with pytest.raises(RateLimited, match="Too many") as failed:
        writer.run_sync("Write.")
    assert failed.value.result.chat_history == [{"role": "user", "name": "user", "content": "Write."}]


def test_one_question_costs_one_model_call() -> None:
    seen = RecordingObserver()
    with run_settings(observers=[seen]):
        AssistantAgent("writer", model=ScriptedModel("A draft.")).run_sync("Write.")
    assert [event.kind for event in seen.events if isinstance(event, StepEnded)] == ["model"]


if __name__ == "__main__":
    test_the_reviewer_gets_a_second_draft()
    test_a_busy_server_ends_the_run_and_the_task_is_kept()
    test_one_question_costs_one_model_call()
    print("3 tests passed")
