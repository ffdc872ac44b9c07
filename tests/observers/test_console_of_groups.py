"""A group on the console: who was chosen, why, and what choosing cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen import ConversableAgent, GroupChat, GroupChatManager
from autogen.models.client import ModelReply
from autogen.testing import ScriptedModel
from autogen.usage import Usage
from tests.observers.screens import settled

if TYPE_CHECKING:
    import pytest

RULE = "-" * 80
CHOICE = ModelReply({"role": "assistant", "content": "cid"}, usage=Usage(60, 4, cost_usd=0.0012))


def test_the_console_tells_who_speaks_next_and_why(capsys: pytest.CaptureFixture[str]):
    ann, bob, cid = (
        ConversableAgent(name, human_input_mode="NEVER", default_auto_reply=f"I am {name}.")
        for name in ("ann", "bob", "cid")
    )
    manager = GroupChatManager(GroupChat([ann, bob, cid], [], max_round=2), model=ScriptedModel(CHOICE))
    ann.initiate_chat(manager, message="Hello.")
    assert (
        settled(capsys.readouterr().out)
        == f"""ann (to chat_manager):

Hello.

{RULE}
Next speaker: cid (chosen by the model, asked 1 time, 1 model call, $0.0012)
cid (to chat_manager):

I am cid.

{RULE}
2 turns, 1 model call, 64 tokens, $0.0012, N s; ended: max_round=2 is reached
"""
    )
