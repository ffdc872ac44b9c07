"""Names that the house needs on an agent, and a subclass of a user's that would take them for something else."""

from __future__ import annotations

from typing import Any

import pytest

from autogen import AssistantAgent, ConversableAgent

NAMES = ["mind", "hooks", "chat_threads", "responders"]


@pytest.mark.parametrize("name", NAMES)
def test_an_attribute_that_would_break_the_agent_is_refused_with_a_cure(name: str):
    class Mine(ConversableAgent):
        def __init__(self, label: str) -> None:
            super().__init__(label)
            setattr(self, name, {"mood": "calm"})

    with pytest.raises(TypeError, match=rf"Mine\.{name} is the \w+ that an agent works with. Give yours another name"):
        Mine("m")
    with pytest.raises(TypeError, match=f"AssistantAgent.{name}"):
        setattr(AssistantAgent("a"), name, None)


@pytest.mark.parametrize("name", NAMES)
def test_a_method_or_property_that_would_be_hidden_is_refused_where_the_class_is_made(name: str):
    def method(self: Any) -> str:
        return "mine"

    for value in (method, property(method), "text"):
        with pytest.raises(TypeError, match=rf"Mine\.{name} is the"):
            type("Mine", (AssistantAgent,), {name: value})


def test_a_subclass_may_have_whatever_other_names_it_likes():
    class Mine(AssistantAgent):
        mood = "calm"

        def __init__(self, label: str) -> None:
            super().__init__(label)
            self.history, self.memory, self.model_name = [1], [2], "m"
            self.responders = list(self.responders)

    assert (Mine("m").history, Mine("m").mood) == ([1], "calm")
