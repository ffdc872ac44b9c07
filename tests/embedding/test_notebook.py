"""The classic API in a real notebook kernel, under its running event loop, and its human in the notebook's input box."""

import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from tests.observers.screens import settled

_WAIT_S = 45
SETUP = """
import asyncio
from autogen import AssistantAgent, ConversableAgent, UserProxyAgent
from autogen.testing import ScriptedModel

def talker(name, *replies, **options):
    return ConversableAgent(name, model=ScriptedModel(*replies), human_input_mode="NEVER", **options)

asyncio.get_running_loop().is_running()
"""


class Notebook:
    """A kernel, and a front end that shows what it prints and types what is asked for."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(self, cell: str, *answers: str) -> str:
        """Run a cell and return what it shows: what it prints, its value, its error."""
        waiting, shown = list(answers), ""
        asked = self._client.execute(cell, allow_stdin=bool(answers))
        deadline = time.monotonic() + _WAIT_S
        while time.monotonic() < deadline:
            if waiting and self._answers(waiting[0]):
                shown += f"[{waiting.pop(0)}]\n"
            try:
                message = self._client.get_iopub_msg(timeout=0.05)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            shown += content.get("text", "") if kind == "stream" else ""
            shown += content["data"]["text/plain"] if kind == "execute_result" else ""
            shown += f"{content['ename']}: {content['evalue']}" if kind == "error" else ""
            if kind == "status" and content["execution_state"] == "idle":
                return settled(shown)
        raise AssertionError(f"the cell did not end; it has shown {shown!r}")

    def _answers(self, words: str) -> bool:
        try:
            self._client.get_stdin_msg(timeout=0.05)
        except queue.Empty:
            return False
        self._client.input(words)
        return True


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    folder: Path = tmp_path_factory.mktemp("notebook")
    manager, client = start_new_kernel(cwd=str(folder), startup_timeout=_WAIT_S)
    try:
        kernel = Notebook(client)
        assert kernel.run(SETUP).endswith("True")
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_four_lines_work_under_the_running_loop(notebook: Notebook):
    shown = notebook.run("""
assistant = AssistantAgent("assistant", model=ScriptedModel("It is 3. TERMINATE"))
user_proxy = UserProxyAgent("user_proxy", human_input_mode="NEVER", code_execution_config=False,
                            is_termination_msg=lambda message: "TERMINATE" in message["content"])
result = user_proxy.initiate_chat(assistant, message="1 + 2?")
result.summary
""")
    rule = "-" * 80
    assert shown.startswith(
        f"user_proxy (to assistant):\n\n1 + 2?\n\n{rule}\nassistant (to user_proxy):\n\nIt is 3. TERMINATE\n\n{rule}\n"
    )
    assert shown.endswith("; ended: user_proxy saw a termination message\n'It is 3. '")


def test_a_sync_reply_function_starts_another_chat(notebook: Notebook):
    shown = notebook.run("""
inner, outer, user = talker("inner", "Inside."), talker("outer"), talker("user")

def ask_inner(recipient, messages, sender, config):
    return True, recipient.initiate_chat(inner, message="And you?", max_turns=1, silent=True).summary

outer.register_reply(user, ask_inner)
user.initiate_chat(outer, message="Ask.", max_turns=1, silent=True).summary
""")
    assert shown == "'Inside.'"


def test_the_async_twin_is_awaited_in_a_cell(notebook: Notebook):
    shown = notebook.run("""
results = await asyncio.gather(*(
    talker("a").a_initiate_chat(talker("b", f"reply {n}"), message="?", max_turns=1, silent=True) for n in range(3)))
[result.summary for result in results]
""")
    assert shown == "['reply 0', 'reply 1', 'reply 2']"


def test_the_human_is_asked_in_the_notebook(notebook: Notebook):
    shown = notebook.run(
        """
user = UserProxyAgent("user", code_execution_config=False)
result = user.initiate_chat(talker("bob", "One.", "Two."), message="Count.", silent=True)
result.human_input
""",
        "More.",
        "exit",
    )
    assert shown == "[More.]\n[exit]\n['More.', 'exit']"


def test_a_notebook_that_is_run_unattended_has_nobody_to_ask(notebook: Notebook):
    shown = notebook.run("""
user = UserProxyAgent("user", code_execution_config=False)
result = user.initiate_chat(talker("bob", "One."), message="Count.", silent=True)
result.stop_reason.kind, result.human_input
""")
    assert shown.strip() == "('no_human', [])"


def test_an_error_ends_the_cell_with_the_conversation_so_far(notebook: Notebook):
    shown = notebook.run("""
from autogen.errors import RateLimited
talker("a").initiate_chat(talker("b", RateLimited("Busy.")), message="?", silent=True)
""")
    assert shown.startswith("RateLimited: Busy.")
