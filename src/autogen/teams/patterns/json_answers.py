"""Asking a model for a JSON object, and again, within a bound, until it is one that can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from autogen.agents.responders.model import answer_of, view_for_model
from autogen.agents.threads.shared_log import Prefixed
from autogen.errors import BadReply
from autogen.messages import text_of
from autogen.tools.arguments import read_arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.agents.conversable import ConversableAgent
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage

T = TypeVar("T")

FURTHER_QUESTIONS = 2
_SHOWN_CHARS = 200


async def ask_for_json(
    agent: ConversableAgent, peer: Agent | None, prompt: str, read: Callable[[dict[str, Any]], T]
) -> T:
    """Ask an agent's model about its conversation with `peer`, and return what `read` makes of the object it answers.

    Args:
        agent: whose model is asked; it sees its memory of the conversation, and then the prompt.
        peer: whom it converses with.
        prompt: says what object is wanted.
        read: returns the value, or raises `ValueError` with a sentence for the model.

    Raises:
        BadReply: three answers that cannot be used; it shows the last one.
    """
    question: list[ChatMessage] = [{"role": "user", "content": prompt}]
    text, wrong = "", ""
    for _ in range(FURTHER_QUESTIONS + 1):
        text = await ask_about(agent, peer, question)
        try:
            return read(object_in(text))
        except ValueError as error:
            wrong = str(error)
        again = f"This cannot be used: {wrong}\nAnswer with the JSON object, and nothing else."
        question = [*question, {"role": "assistant", "content": text}, {"role": "user", "content": again}]
    raise BadReply(
        f"The model of {agent.name} gave no JSON object that can be used: {wrong} ({text!r:.{_SHOWN_CHARS}})"
    )


async def ask_about(agent: ConversableAgent, peer: Agent | None, question: list[ChatMessage]) -> str:
    """Return what an agent's model says to a question about its conversation with `peer`."""
    seen = agent.chat_threads.of(peer).rendered(agent.mind.system_messages, view_for_model)
    reply = await answer_of(agent, Prefixed(seen, question), tools=())
    return text_of(reply.message)


def object_in(text: str) -> dict[str, Any]:
    """Return the JSON object that a text is, or that stands in it; nearly JSON is mended where the meaning is beyond doubt.

    Raises:
        ValueError: there is none.
    """
    begin, end = text.find("{"), text.rfind("}")
    if begin < 0 or end < begin:
        raise ValueError("there is no JSON object in it.")
    return read_arguments(text[begin : end + 1])
