"""`use_docker` as classic programs have it: a container with the network, said once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import ConversableAgent, UserProxyAgent
from autogen.code_utils import execute_code, is_docker_running
from autogen.events import NoticeRaised
from autogen.testing import ScriptedModel
from tests.coding.container_engine import IMAGE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("container_engine")
OPEN = (
    f"use_docker: the model's code runs in a container of '{IMAGE}', with the network open because old programs download "
    "data. With 'network': False beside it there is none."
)


async def said_by_a_run(config: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return what the runner of code says, and the notices, of a chat in which code runs twice."""
    asks = "```python\nimport sys; print('hello'); print('aside', file=sys.stderr)\n```"
    coder = ConversableAgent("coder", model=ScriptedModel(asks, asks, "Done."), human_input_mode="NEVER")
    runner = UserProxyAgent("runner", human_input_mode="NEVER", code_execution_config=config)
    stream = coder.run_stream("go", user=runner, max_turns=3)
    notices = [event.text async for event in stream if isinstance(event, NoticeRaised)]
    assert stream.result is not None
    executor: Any = runner.code_executor
    await executor.a_stop()
    return [message["content"] for message in stream.result.chat_history[2::2]], notices


@pytest.mark.parametrize(("options", "notices"), [({}, [OPEN]), ({"network": False}, [])])
async def test_an_agent_runs_code_in_a_container(tmp_path: Path, options: dict[str, Any], notices: list[str]):
    config = {"use_docker": ["localhost:1/none", IMAGE], "work_dir": str(tmp_path / "a/b"), "timeout": 20, **options}
    said, told = await said_by_a_run(config)
    assert said == ["exitcode: 0 (execution succeeded)\nCode output: \naside\nhello\n"] * 2
    assert told == notices
    assert len(list((tmp_path / "a/b").iterdir())) == 1


def test_the_oldest_function_tells_the_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert is_docker_running()
    assert execute_code("print('hi')", work_dir="w", use_docker=IMAGE) == (0, "hi\n", IMAGE)
    exit_code, errors, image = execute_code("1 / 0", work_dir="w", use_docker=IMAGE)
    assert (exit_code, errors.splitlines()[-1], image) == (1, "ZeroDivisionError: division by zero", IMAGE)
    assert execute_code(filename="none.py", work_dir="w", use_docker=IMAGE)[0] == 2


async def test_outside_of_a_run_a_warning_says_it(tmp_path: Path):
    from autogen.coding import CodeBlock, executor_from_config  # noqa: PLC0415 - only here

    executor: Any = executor_from_config({"use_docker": IMAGE, "work_dir": str(tmp_path), "timeout": 1})
    blocks = ([CodeBlock(code, "sh")] for code in ("sleep 600", "true"))
    with pytest.warns(UserWarning, match="with the network open") as said:
        results = [await executor.a_execute_code_blocks(block) for block in blocks]
    await executor.a_stop()
    assert (results[0].exit_code, results[0].output, len(said)) == (1, "\n\nTimeout", 1)
