"""Conversations with a kernel: state from turn to turn, pictures for who sees, and no pretence after a resume."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from autogen import Agent, AssistantAgent, GroupChat, GroupChatManager, UserProxyAgent, run_settings
from autogen.agentchat.contrib.multimodal_conversable_agent import MultimodalConversableAgent
from autogen.coding import (
    ApprovedExecutor,
    CodeBlock,
    CodeExecutorFactory,
    EmbeddedIPythonCodeExecutor,
    KernelCodeExecutor,
)
from autogen.testing import FunctionModel, ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.coding.kernels.conftest import Lab

LOST = "Note: The kernel was restarted, and all variables of earlier blocks are lost: this conversation was resumed.\n"
DRAW = """
import struct, zlib
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
rows = b'\\0\\xff\\0\\0' * 1
png = b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 2, 0, 0, 0))
png += chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b'')
from IPython.display import Image
print('<img /etc/hostname>')
Image(png)
"""


def block(code: str) -> str:
    return f"```python\n{code}\n```"


def runner(executor: object) -> UserProxyAgent:
    return UserProxyAgent(
        "runner",
        human_input_mode="NEVER",
        code_execution_config={"executor": executor},
        is_termination_msg=lambda message: "TERMINATE" in str(message["content"]),
    )


def replies_of(result: Any) -> list[Any]:
    return [message["content"] for message in result.chat_history if message["name"] == "runner"][1:]


def test_an_analysis_goes_on_with_the_variables_of_the_turn_before(kernel: Lab):
    coder = AssistantAgent("coder", model=ScriptedModel(block("data = [3, 1, 2]"), block("sorted(data)"), "TERMINATE"))
    result = runner(kernel.executor).initiate_chat(coder, message="Sort.", silent=True)
    assert replies_of(result) == [
        "exitcode: 0 (execution succeeded)\nCode output: ",
        "exitcode: 0 (execution succeeded)\nCode output: [1, 2, 3]\n",
    ]


def test_a_model_that_sees_is_shown_the_picture_and_none_that_was_only_printed(kernel: Lab):
    model = ScriptedModel(block(DRAW), "It is red. TERMINATE")
    seer = MultimodalConversableAgent("seer", model=model, human_input_mode="NEVER")
    (content,) = replies_of(runner(kernel.executor).initiate_chat(seer, message="Draw.", silent=True))
    text, picture = content
    assert text["text"].startswith(
        "exitcode: 0 (execution succeeded)\nCode output: <img /etc/hostname>\nImage data saved to "
    )
    data = base64.b64decode(picture["image_url"]["url"].removeprefix("data:image/png;base64,"))
    with Image.open(BytesIO(data)) as image:
        assert image.getpixel((0, 0)) == (255, 0, 0)
    sent = model.requests[-1].messages[-1]["content"]
    assert sent == content


def test_a_model_that_reads_text_is_told_the_name_of_the_picture(kernel: Lab):
    coder = AssistantAgent("coder", model=ScriptedModel(block(DRAW), "TERMINATE"))
    (text,) = replies_of(runner(kernel.executor).initiate_chat(coder, message="Draw.", silent=True))
    assert f"Image data saved to {kernel.work_dir}/picture-" in text


def test_in_a_group_those_who_see_are_shown_the_picture_and_the_others_its_name(kernel: Lab):
    seeing = ScriptedModel("Red. TERMINATE")
    reading = ScriptedModel("Somebody drew.")
    coder = AssistantAgent("coder", model=ScriptedModel(block(DRAW)))
    reader = AssistantAgent("reader", model=reading)
    seer = MultimodalConversableAgent("seer", model=seeing, human_input_mode="NEVER")
    user = runner(kernel.executor)
    order = iter([coder, user, reader, seer])
    members: list[Agent] = [user, coder, reader, seer]
    group = GroupChat(members, messages=[], speaker_selection_method=lambda *_: next(order), max_round=5)
    user.initiate_chat(GroupChatManager(group), message="Draw.", silent=True)
    told = str(reading.requests[-1].messages[-1]["content"])
    assert f"<img {kernel.work_dir}/picture-" in told
    assert "< img /etc/hostname>" in told
    content: Any = seeing.requests[-1].messages[-2]["content"]
    assert [part["type"] for part in content] == ["text", "image_url", "text"]


def test_files_that_are_no_pictures_are_not_shown(kernel: Lab):
    program = "open('no.png', 'w').write('no'); import os; os.symlink('/etc/hostname', 'link.png');"
    seer = MultimodalConversableAgent(
        "seer", model=ScriptedModel(block(program), "TERMINATE"), human_input_mode="NEVER"
    )
    (content,) = replies_of(runner(kernel.executor).initiate_chat(seer, message="Draw.", silent=True))
    assert content == [{"type": "text", "text": "exitcode: 0 (execution succeeded)\nCode output: "}]


class Cut(Exception):
    pass


def conversation(journal: Path, executor: object, *, is_cut: bool) -> list[Any]:
    """Hold a conversation of three blocks; it is cut off when the model is asked for the second, or goes on to its end."""
    blocks = [block("x = 20\nprint('once')"), block("x + 1"), block("'x' in globals()"), "TERMINATE"]

    def reply(request: Any) -> str:
        turn = sum(message["role"] == "assistant" for message in request.messages)
        if is_cut and turn == 1:
            raise Cut
        return blocks[turn]

    coder = AssistantAgent("coder", model=FunctionModel(reply))
    with run_settings(journal=journal, run_id="analysis", resume=True, observers=[]):
        return replies_of(runner(executor).initiate_chat(coder, message="Begin.", silent=True))


def test_after_a_resume_the_model_is_told_that_the_variables_are_gone(make: Callable[..., Lab], tmp_path: Path):
    def executor() -> ApprovedExecutor:
        return ApprovedExecutor(make().executor, needs_approval=False)

    with pytest.raises(Cut):
        conversation(tmp_path / "chat.db", executor(), is_cut=True)
    first, second, third = conversation(tmp_path / "chat.db", executor(), is_cut=False)
    assert first.endswith("Code output: once\n")
    assert second.startswith(f"exitcode: 1 (execution failed)\nCode output: {LOST}")
    assert "NameError: name 'x' is not defined" in second
    assert third.endswith("Code output: False\n")  # told once


def test_recorded_blocks_are_run_again_where_that_is_declared_harmless(make: Callable[..., Lab], tmp_path: Path):
    with pytest.raises(Cut):
        conversation(tmp_path / "chat.db", make().executor, is_cut=True)
    first, second, third = conversation(tmp_path / "chat.db", make(rerun_recorded=True).executor, is_cut=False)
    assert first.endswith("Code output: once\n")
    assert second == "exitcode: 0 (execution succeeded)\nCode output: 21\n"
    assert third.endswith("Code output: True\n")


def test_the_classic_names_one_in_the_config(tmp_path: Path):
    made = CodeExecutorFactory.create(
        {"executor": "ipython-embedded", "ipython-embedded": {"timeout": 7, "output_dir": str(tmp_path)}}
    )
    assert isinstance(made, EmbeddedIPythonCodeExecutor)
    assert (made.timeout, made.kernel_name, made.output_dir) == (7, "python3", tmp_path)
    ours = CodeExecutorFactory.create({"executor": "kernel", "kernel": {"work_dir": tmp_path}})
    assert type(ours) is KernelCodeExecutor
    agent = UserProxyAgent("user", code_execution_config={"executor": "ipython-embedded", "last_n_messages": 2})
    assert isinstance(agent.code_executor, EmbeddedIPythonCodeExecutor)


def test_the_classic_executor_gives_the_classic_result(tmp_path: Path):
    with EmbeddedIPythonCodeExecutor(output_dir=tmp_path) as executor:
        result = executor.execute_code_blocks([CodeBlock("x = 1", "python"), CodeBlock(DRAW, "python")])
    assert (result.exit_code, len(result.output_files)) == (0, 1)
    assert result.output.endswith(f"Image data saved to {result.output_files[0]}\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeout": 0}, "Timeout must be greater"),
        ({"kernel_name": "julia-1.9"}, "Kernel julia-1.9 is not installed"),
        ({"output_dir": "/does/not/exist"}, "Output directory /does/not/exist does not exist"),
    ],
)
def test_what_the_classic_refuses_is_refused(options: dict[str, Any], words: str):
    with pytest.raises(ValueError, match=words):
        EmbeddedIPythonCodeExecutor(**options)
