"""pyautogen 0.2.35, the last of the classic line; its asynchronous calls wait in threads, so each chat gets one."""

# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false, reportArgumentType=false
from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from stub import ARGUMENTS, OPENING, REPLY, SYSTEM

from autogen import AssistantAgent, ConversableAgent, GroupChat, GroupChatManager, UserProxyAgent
from autogen.io import IOStream
from autogen.oai import client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_NO_END = 10**9
_threads = ThreadPoolExecutor(500)


def _answer(recipient: Any, messages: Any = None, sender: Any = None, config: Any = None) -> tuple[bool, str]:  # noqa: ARG001 - the form of a reply function
    assert messages
    return True, REPLY


async def pair_chat(turns: int, history: int) -> Callable[[], Awaitable[int]]:
    """Make the classic pair; the stub is a reply function, the cheapest way to answer there."""
    first, second = (
        ConversableAgent(name, SYSTEM, llm_config=False, human_input_mode="NEVER", max_consecutive_auto_reply=_NO_END)
        for name in ("first", "second")
    )
    for agent in (first, second):
        agent.register_reply([ConversableAgent, None], _answer, position=4)
    for number in range(history):
        speaker, listener = (first, second) if number % 2 == 0 else (second, first)
        speaker.send(REPLY, listener, request_reply=False, silent=True)

    async def chat() -> int:
        result = first.initiate_chat(
            second, clear_history=not history, message=OPENING, max_turns=turns // 2, silent=True
        )
        return len(result.chat_history) - history

    return chat


async def team_chat(members: int, turns: int) -> Callable[[], Awaitable[int]]:
    """Make a group that speaks in turn; the stub is a reply function."""
    agents: list[Any] = [
        ConversableAgent(
            f"m{n}", SYSTEM, llm_config=False, human_input_mode="NEVER", max_consecutive_auto_reply=_NO_END
        )
        for n in range(members)
    ]
    for agent in agents:
        agent.register_reply([ConversableAgent, None], _answer, position=4)
    group = GroupChat(agents, [], max_round=turns, speaker_selection_method="round_robin")
    manager = GroupChatManager(group, llm_config=False, silent=True)

    async def chat() -> int:
        agents[0].initiate_chat(manager, message=OPENING, silent=True)
        return len(manager.groupchat.messages)

    return chat


async def tool_calls(rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
    """Make an assistant whose stub asks for the tool, and a user proxy that has it."""
    entry = {"type": "function", "function": {"name": "add", "arguments": ARGUMENTS}}
    wanted = {"content": None, "tool_calls": [{"id": f"c{n}", **entry} for n in range(at_once)]}
    asked = SimpleNamespace(count=0)

    async def ask(recipient: Any, messages: Any = None, sender: Any = None, config: Any = None) -> tuple[bool, Any]:  # noqa: ARG001 - the form of a reply function
        assert messages
        asked.count += 1
        return True, wanted if asked.count <= rounds else None

    async def add(a: int, b: int) -> str:
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        return str(a + b)

    assistant = ConversableAgent("assistant", SYSTEM, llm_config=False, human_input_mode="NEVER")
    user = UserProxyAgent(
        "user", human_input_mode="NEVER", code_execution_config=False, max_consecutive_auto_reply=_NO_END
    )
    assistant.register_reply([ConversableAgent, None], ask, position=0)
    user.register_for_execution(name="add")(add)

    async def work() -> int:
        asked.count = 0
        await user.a_initiate_chat(assistant, message=OPENING, silent=True)
        return sum(len(message.get("tool_responses", ())) for message in assistant.chat_messages[user])

    return work


def model_at(url: str) -> dict[str, Any]:
    """Return a configuration, without the cache on disk that is on by default."""
    return {"config_list": [{"model": "stub", "base_url": url, "api_key": "x", "price": [0, 0]}], "cache_seed": None}


async def converse(model: dict[str, Any], turns: int) -> int:
    """Have a user proxy ask and an assistant answer."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _converse, model, turns)


def _converse(model: dict[str, Any], turns: int) -> int:
    assistant = AssistantAgent("assistant", SYSTEM, llm_config=model, max_consecutive_auto_reply=_NO_END)
    user = UserProxyAgent(
        "user",
        human_input_mode="NEVER",
        code_execution_config=False,
        max_consecutive_auto_reply=_NO_END,
        default_auto_reply=OPENING,
    )
    result = user.initiate_chat(assistant, message=OPENING, max_turns=turns, silent=True)
    return sum(message.get("content") == REPLY for message in result.chat_history)


async def stream(model: dict[str, Any]) -> int:
    """Let the client print the pieces, the only way they come out; count them by a sink in place of the screen."""
    client.count_token = lambda *_, **__: 0  # once per reply, and its vocabulary would have to be downloaded
    pieces = SimpleNamespace(count=0)

    class Counter:
        def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:  # noqa: ARG002 - as in IOStream
            pieces.count += bool(objects and objects[0].startswith(" word") and not end)

        def input(self, prompt: str = "", *, password: bool = False) -> str:  # noqa: ARG002 - as in IOStream
            return ""

    assistant = AssistantAgent("assistant", SYSTEM, llm_config={**model, "stream": True})
    with IOStream.set_default(Counter()):
        assistant.generate_reply([{"role": "user", "content": OPENING}])
    return pieces.count
