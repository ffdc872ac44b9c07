"""Every chat says why it ended; limits end it with all that was said.

Tier T1: the models here never stop by themselves, which is what a limit is for.
"""

from collections.abc import Callable

from autogen import ChatResult, ConversableAgent, Limits, run_settings
from autogen.testing import FunctionModel, ScriptedModel


def endless(name: str, auto_replies: int = 1000) -> ConversableAgent:
    model = FunctionModel(lambda request: f"and {len(request.messages)}")
    return ConversableAgent(name, model=model, human_input_mode="NEVER", max_consecutive_auto_reply=auto_replies)


def turns() -> ChatResult:
    return endless("a").initiate_chat(endless("b"), message="count", max_turns=2, silent=True)


def auto_replies() -> ChatResult:
    return endless("a").initiate_chat(endless("b", auto_replies=3), message="count", silent=True)


def model_calls() -> ChatResult:
    with run_settings(limits=Limits(model_calls=4)):
        return endless("a").initiate_chat(endless("b"), message="count", silent=True)


def words() -> ChatResult:
    b = ConversableAgent("b", model=ScriptedModel("TERMINATE"), human_input_mode="NEVER")
    return endless("a").initiate_chat(b, message="count", silent=True)


CHATS: list[Callable[[], ChatResult]] = [turns, auto_replies, model_calls, words]
for chat in CHATS:
    result = chat()
    assert result.stop_reason is not None
    print(f"{result.stop_reason.kind:16} {result.turns} messages: {result.stop_reason}")
