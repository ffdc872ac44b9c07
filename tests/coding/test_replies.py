"""An agent that is sent code answers with what came of it, in the classic's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import ConversableAgent, UserProxyAgent
from autogen.coding import CodeBlock, CodeResult, MarkdownCodeExtractor, describe_result
from autogen.events import StepEnded, StepStarted
from autogen.testing import ScriptedModel, drive

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.messages import ChatMessage


class Recorder:
    """An executor that keeps what it is given, and says the same each time; `a_` where it can await."""

    code_extractor = MarkdownCodeExtractor()

    def __init__(self) -> None:
        self.ran: list[str] = []

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        self.ran += [block.code for block in code_blocks]
        return CodeResult(0, "done\n")

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        raise AssertionError("the awaited form is there")

    def restart(self) -> None:
        self.ran.clear()


def block(code: str) -> str:
    return f"Run:\n```python\n{code}\n```"


def said(role: str, content: Any) -> ChatMessage:
    message: Any = {"role": role, "content": content}
    return message


HISTORY = [
    said("user", block("first")),
    said("assistant", "exitcode: 0"),
    said("user", block("second")),
    said("user", None),
    said("tool", block("never")),
    said("user", [{"type": "text", "text": block("third")}]),
    said("user", "no code"),
]


@pytest.mark.parametrize(
    ("count", "ran"),
    [("auto", ["third"]), (None, ["third"]), (1, []), (2, ["third"]), (0, []), (100, ["third"])],
    ids=str,
)
async def test_the_newest_code_among_the_last_messages_is_run(count: Any, ran: list[str]):
    recorder = Recorder()
    config: dict[str, Any] = {"executor": recorder}
    if count is not None:
        config["last_n_messages"] = count
    agent = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=config)
    reply = await agent.a_generate_reply(HISTORY)
    assert recorder.ran == ran
    assert reply == ("exitcode: 0 (execution succeeded)\nCode output: done\n" if ran else "")


@pytest.mark.parametrize("count", [-1, "some", True, 1.5])
async def test_a_count_that_is_none_is_refused(count: Any):
    config = {"executor": Recorder(), "last_n_messages": count}
    with pytest.raises(ValueError, match="last_n_messages"):
        await UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=config).a_generate_reply(HISTORY)


async def test_code_before_ones_own_last_words_is_not_run_again():
    recorder = Recorder()
    agent = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"executor": recorder})
    await agent.a_generate_reply(HISTORY[:2])
    assert recorder.ran == []


def test_a_result_is_worded_as_in_the_classic():
    assert describe_result(CodeResult(0, "4\n")) == "exitcode: 0 (execution succeeded)\nCode output: 4\n"
    assert describe_result(CodeResult(124, "Timeout")) == "exitcode: 124 (execution failed)\nCode output: Timeout"


async def test_a_run_tells_what_code_ran_where_and_what_came_of_it(tmp_path: Path):
    model = ScriptedModel(block("print(6 * 7)"), "42. TERMINATE")
    coder = ConversableAgent("coder", model=model, human_input_mode="NEVER")
    runner = UserProxyAgent("runner", human_input_mode="NEVER", code_execution_config={"work_dir": str(tmp_path)})
    steps = [
        event
        async for event in coder.run_stream("6 * 7?", user=runner, max_turns=2)
        if isinstance(event, StepStarted | StepEnded) and event.kind == "code"
    ]
    assert [type(event).__name__ for event in steps] == ["StepStarted", "StepEnded"]
    assert [event.source for event in steps] == ["runner"] * 2
    assert [event.name for event in steps] == ["LocalCommandLineCodeExecutor"] * 2


@pytest.mark.parametrize("api", ["sync", "async"])
def test_an_agent_runs_blocks_at_once(api: str, tmp_path: Path):
    agent = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"work_dir": str(tmp_path)})
    blocks = [("python", "print(1)"), ("", "python --nonsense"), ("python", "print(3)")]
    exit_code, output = drive(api, agent.execute_code_blocks, blocks)
    assert (exit_code != 0, "1" in output, "nonsense" in output, "3" in output) == (True, True, True, False)
    assert drive(api, agent.execute_code_blocks, [CodeBlock(code="print(4)", language="python")]) == (0, "\n4\n")
    assert agent.run_code("print(5)", work_dir=str(tmp_path)) == (0, "5\n", None)


def test_an_agent_that_runs_no_code_runs_no_blocks():
    with pytest.raises(RuntimeError, match="user runs no code"):
        UserProxyAgent("user", code_execution_config=False).execute_code_blocks([("python", "1")])


def test_subclasses_of_old_set_what_an_agent_does_by_private_names():
    class Own(UserProxyAgent):
        def __init__(self, name: str) -> None:
            super().__init__(name, human_input_mode="NEVER", code_execution_config=False)
            self._is_termination_msg = lambda message: message["content"] == "stop"
            self._default_auto_reply = "more"

    own = Own("own")
    assert own.generate_reply([{"role": "user", "content": "go"}]) == "more"
    assert own.generate_reply([{"role": "user", "content": "stop"}]) is None


def test_a_program_is_repaired_by_the_model_that_reads_its_error(tmp_path: Path):
    model = ScriptedModel(block("print(6 * seven)"), block("seven = 7\nprint(6 * seven)"), "42. TERMINATE")
    coder = ConversableAgent("coder", model=model, human_input_mode="NEVER")
    runner = UserProxyAgent(
        "runner",
        human_input_mode="NEVER",
        code_execution_config={"work_dir": str(tmp_path)},
        is_termination_msg=lambda message: "TERMINATE" in (message["content"] or ""),
    )
    result = runner.initiate_chat(coder, message="6 * 7?", silent=True)
    replies = [str(message["content"]) for message in result.chat_history[2::2]]
    assert "NameError: name 'seven' is not defined" in replies[0]
    assert replies[1] == "exitcode: 0 (execution succeeded)\nCode output: \n42\n"
