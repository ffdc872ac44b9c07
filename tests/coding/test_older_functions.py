"""The functions of the classic's oldest way to run code."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from autogen import code_utils
from autogen.code_utils import create_virtual_env, execute_code
from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_code_runs_and_its_output_is_returned(tmp_path: Path):
    assert execute_code("print('hello')") == (0, "hello\n", None)
    assert len(list((tmp_path / "coding").iterdir())) == 1


def test_what_a_failure_printed_to_stderr_is_returned():
    code, logs, image = execute_code("import sys; print('out'); sys.exit('err')", work_dir="w")
    assert (code, logs, image) == (1, "err\n", None)


def test_code_is_saved_under_a_name_and_found_again(tmp_path: Path):
    assert execute_code("print(1)", filename="deep/one.py") == (0, "1\n", None)
    assert (tmp_path / "coding/deep/one.py").read_text() == "print(1)"
    assert execute_code(filename="deep/one.py") == (0, "1\n", None)
    assert execute_code("# filename: two.sh\necho 2", lang="sh") == (0, "2\n", None)
    assert (tmp_path / "coding/two.sh").exists()


def test_a_timeout_is_one_word():
    assert execute_code("import time; print(1); time.sleep(60)", timeout=1) == (1, "Timeout", None)


def test_a_name_outside_is_told():
    assert execute_code("print(1)", filename="../one.py") == (1, "Filename is not in the workspace", None)


def test_neither_code_nor_a_name_is_a_mistake():
    with pytest.raises(AssertionError, match="Either code=None or filename=None"):
        execute_code()


@pytest.mark.parametrize("language", ["brainfuck", "javascript"])
def test_a_language_that_cannot_be_run_is_refused(language: str):
    with pytest.raises(NotImplementedError, match=f"{language} not recognized"):
        execute_code("x", lang=language)


def test_docker_is_looked_for_only_if_it_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    code_utils.check_can_use_docker_or_throw(None)
    code_utils.check_can_use_docker_or_throw(False)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")
    assert not code_utils.is_docker_running()
    if not code_utils.in_docker_container():
        with pytest.raises(RuntimeError, match="docker is not running"):
            code_utils.check_can_use_docker_or_throw("python:3")


def test_powershell_is_found_by_either_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with caplog.at_level(logging.WARNING, "autogen"):
        assert code_utils.get_powershell_command() is None
    assert "no PowerShell" in caplog.text
    (tmp_path / "pwsh").write_text("")
    (tmp_path / "pwsh").chmod(0o755)
    assert code_utils.get_powershell_command() == "pwsh"


@pytest.mark.parametrize("options", [{}, {"sandbox": "none", "accept_no_isolation": True}], ids=["sandbox", "bare"])
def test_code_runs_in_a_virtual_environment(tmp_path: Path, options: dict[str, str]):
    context = create_virtual_env(tmp_path / "venv", with_pip=False)
    executor = LocalCommandLineCodeExecutor(work_dir=tmp_path, virtual_env_context=context, **options)  # type: ignore[arg-type]
    blocks = [CodeBlock("import sys; print(sys.prefix)", "python"), CodeBlock("command -v python", "sh")]
    result = executor.execute_code_blocks(blocks)
    assert result.output == f"{tmp_path}/venv\n{tmp_path}/venv/bin/python\n"
    result = executor.execute_code_blocks([CodeBlock("import sys; open(sys.prefix + '/x', 'w')", "python")])
    assert ("Read-only" in result.output) is not bool(options)
