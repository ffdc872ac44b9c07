"""From a `code_execution_config` to an executor, and what is said about it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from autogen import ConversableAgent, UserProxyAgent
from autogen.coding import (
    Caps,
    CodeBlock,
    CodeExecutor,
    CodeExecutorFactory,
    CodeResult,
    ContainerCodeExecutor,
    LocalCommandLineCodeExecutor,
    MarkdownCodeExtractor,
    executor_from_config,
)
from autogen.coding.config import decide_use_docker
from autogen.errors import SandboxUnavailable
from autogen.events import NoticeRaised
from autogen.testing import ScriptedModel

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.messages import ChatMessage

BLOCK = [CodeBlock("print('hello')", "python")]
ASKS_FOR_CODE = "```python\nprint('hello')\n```"
WITHOUT_ISOLATION = "The code runs without isolation: it can read and change whatever you can."


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("config", [None, False])
def test_no_config_is_no_executor(config: Any):
    assert executor_from_config(config) is None


def test_an_empty_config_is_a_sandbox_in_the_directory_coding(tmp_path: Path):
    executor = executor_from_config({})
    assert isinstance(executor, LocalCommandLineCodeExecutor)
    assert (executor.timeout, str(executor.work_dir), (tmp_path / "coding").exists()) == (600, "coding", False)
    result = executor.execute_code_blocks(BLOCK)
    assert (result.exit_code, result.output, result.place) == (0, "\nhello\n", "bubblewrap")
    assert len(list((tmp_path / "coding").iterdir())) == 1


def test_a_work_dir_is_made_with_its_parents(tmp_path: Path):
    executor = executor_from_config({"work_dir": "a/b/c"})
    assert executor is not None
    assert executor.execute_code_blocks(BLOCK).exit_code == 0
    assert (tmp_path / "a/b/c").is_dir()


def test_the_options_of_the_executor_may_be_given():
    caps = Caps(kept_output_bytes=10)
    executor = executor_from_config({"work_dir": "w", "timeout": 9, "environment": {"X": "1"}, "caps": caps})
    assert executor is not None
    result = executor.execute_code_blocks([CodeBlock("import os; print(os.environ['X'] * 100)", "python")])
    assert "left out here" in result.output


def test_an_executor_may_be_given_or_named():
    executor = LocalCommandLineCodeExecutor()
    assert executor_from_config({"executor": executor}) is executor
    named = executor_from_config({"executor": "commandline-local", "commandline-local": {"timeout": 5}})
    assert isinstance(named, LocalCommandLineCodeExecutor)
    assert named.timeout == 5
    assert CodeExecutorFactory.create({"executor": executor}) is executor


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("yes", "must be a dict or False"),
        (True, "must be a dict or False"),
        ({"workdir": "x"}, "unknown key 'workdir' .*allowed: executor, last_n_messages"),
        ({"executor": "nonsense"}, "Unknown code executor nonsense"),
        ({"executor": object()}, "Unknown code executor"),
        ({"executor": "commandline-local", "work_dir": "x"}, "'work_dir' .* is not valid when 'executor' is set"),
        ({"use_docker": 3}, "use_docker must be a bool, the name of an image, or a list of such names, not 3"),
        ({"use_docker": True, "sandbox": "none"}, "'sandbox' .* does not go with use_docker=True"),
        ({"sandbox": "none"}, "say so a second time: accept_no_isolation=True"),
        ({"sandbox": "chroot"}, "unknown sandbox 'chroot'"),
        ({"timeout": 0}, "Timeout must be greater than or equal to 1"),
        ({"functions_module": "no-name"}, "must be a valid Python identifier"),
    ],
)
def test_a_config_that_is_none_is_refused(config: Any, words: str):
    with pytest.raises(ValueError, match=words):
        executor_from_config(config)


def test_the_factory_knows_its_names():
    with pytest.raises(ValueError, match="Unknown code executor nonsense"):
        CodeExecutorFactory.create({"executor": "nonsense"})


@pytest.mark.parametrize("asked", [True, "python:3.12", ["one", "two"]])
def test_use_docker_is_a_container_and_without_an_engine_nothing_weaker(asked: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/engine.sock")
    executor = executor_from_config({"use_docker": asked})
    assert isinstance(executor, ContainerCodeExecutor)
    with pytest.raises(
        SandboxUnavailable, match=r"nowhere/engine.sock: there is no such socket\)\. Ways out: start an"
    ):
        executor.execute_code_blocks(BLOCK)


def test_a_container_may_be_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AUTOGEN_USE_DOCKER", "1")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/engine.sock")
    assert isinstance(executor_from_config({}), ContainerCodeExecutor)
    named = executor_from_config({"executor": "docker", "docker": {"image": "mine", "timeout": 5}})
    assert isinstance(named, ContainerCodeExecutor)
    assert (named.image, named.timeout) == ("mine", 5)


@pytest.mark.parametrize(
    ("told", "decided"),
    [("", None), ("1", True), ("TRUE", True), ("yes", True), ("0", False), ("no", False), ("False", False), ("none", None)],
)  # fmt: skip
def test_the_environment_decides_on_docker_if_the_config_does_not(
    told: str, decided: object, monkeypatch: pytest.MonkeyPatch
):
    if told:
        monkeypatch.setenv("AUTOGEN_USE_DOCKER", told)
    assert decide_use_docker(None) is decided
    assert decide_use_docker(False) is False


def test_a_setting_that_says_nothing_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AUTOGEN_USE_DOCKER", "perhaps")
    with pytest.raises(ValueError, match="Invalid value for AUTOGEN_USE_DOCKER: perhaps"):
        executor_from_config({})


def test_use_docker_false_is_the_sandbox_with_the_network_and_says_so_once():
    executor = executor_from_config({"use_docker": False})
    assert executor is not None
    with pytest.warns(UserWarning, match="in a sandbox, with the network open") as said:
        result, _ = [executor.execute_code_blocks(BLOCK) for _ in range(2)]
    assert (result.exit_code, len(said)) == (0, 1)
    interfaces = [CodeBlock("import socket; socket.create_connection(('127.0.0.1', 1), 1)", "python")]
    assert "Connection refused" in executor.execute_code_blocks(interfaces).output


def test_use_docker_false_is_the_bare_process_where_there_is_no_sandbox(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autogen.coding.places.finding.find_bubblewrap", lambda: None)
    monkeypatch.setattr("autogen.coding.places.landlock.start.landlock_version", lambda: 0)
    executor = executor_from_config({"use_docker": False})
    assert isinstance(executor, LocalCommandLineCodeExecutor)
    with pytest.warns(UserWarning, match="as a bare process with all your rights") as said:
        result, _ = [executor.execute_code_blocks(BLOCK) for _ in range(2)]
    assert (result.place, len(said)) == ("bare process", 1)


async def notices(config: Any) -> list[str]:
    """Return what a run says about the code that it runs, twice."""
    model = ScriptedModel(ASKS_FOR_CODE, ASKS_FOR_CODE, "Done.")
    coder = ConversableAgent("coder", model=model, human_input_mode="NEVER")
    runner = UserProxyAgent("runner", human_input_mode="NEVER", code_execution_config=config)
    stream = coder.run_stream("go", user=runner, max_turns=3)
    said = [event.text async for event in stream if isinstance(event, NoticeRaised)]
    assert stream.result is not None
    said_by_runner = [message["content"] for message in stream.result.chat_history[::2]]
    assert said_by_runner[1:] == ["exitcode: 0 (execution succeeded)\nCode output: \nhello\n"] * 2
    return said


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({}, []),
        ({"network": True}, []),
        ({"sandbox": "none", "accept_no_isolation": True}, [WITHOUT_ISOLATION] * 2),
    ],
)
async def test_a_run_says_each_time_that_code_runs_without_isolation(config: Any, said: list[str]):
    assert await notices(config) == said


async def test_a_run_says_once_what_use_docker_false_means():
    assert await notices({"use_docker": False}) == [
        (
            "use_docker=False: the model's code runs in a sandbox, with the network open because old programs download data. "
            "Leave use_docker out for a sandbox without network."
        )
    ]


class Echo:
    """An executor of one's own, with the members of the port and no more."""

    code_extractor = MarkdownCodeExtractor()

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        return CodeResult(len(code_blocks), code_blocks[0].code)

    def restart(self) -> None:
        pass


@pytest.mark.parametrize("api", ["sync", "async"])
async def test_an_executor_of_ones_own_runs_the_code_of_an_agent(api: str):
    assert isinstance(Echo(), CodeExecutor)
    agent = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"executor": Echo()})
    messages: list[ChatMessage] = [{"role": "user", "content": f"{ASKS_FOR_CODE}\n{ASKS_FOR_CODE}"}]
    reply: Any = await agent.a_generate_reply(messages) if api == "async" else None
    if api == "sync":
        import asyncio  # noqa: PLC0415 - the synchronous twin is not called on this loop

        reply = await asyncio.to_thread(agent.generate_reply, messages)
    assert reply == "exitcode: 2 (execution failed)\nCode output: print('hello')"


def test_a_virtual_environment_that_is_none_is_refused():
    executor = LocalCommandLineCodeExecutor(virtual_env_context=SimpleNamespace(env_exe=""))
    with pytest.raises(ValueError, match="needs the attributes env_exe and env_dir"):
        executor.execute_code_blocks(BLOCK)
