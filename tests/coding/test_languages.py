"""Which languages run, and what the model is told about the others."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from autogen.coding import CodeBlock, CommandLineCodeResult, LocalCommandLineCodeExecutor
from autogen.coding.languages import language_of, quiet_pip

if TYPE_CHECKING:
    from pathlib import Path

    from tests.coding.conftest import Make


def run(executor: LocalCommandLineCodeExecutor, code: str, language: str) -> CommandLineCodeResult:
    return executor.execute_code_blocks([CodeBlock(code, language)])


@pytest.mark.parametrize("language", ["python", "Python", "py", "python3", "PYTHON3", "python3.11", " python "])
def test_python_has_many_names(make: Make, language: str):
    result = run(make(), "print('hello')", language)
    assert (result.exit_code, result.output) == (0, "hello\n")
    assert str(result.code_file).endswith(".py")


def test_bash_is_bash(make_anywhere: Make):
    assert run(make_anywhere(), "words=(a b); echo ${words[1]}", "bash").output == "b\n"


def test_an_unknown_language_is_told_to_the_model(make_anywhere: Make, work_dir: Path):
    result = run(make_anywhere(), "+++", "brainfuck")
    assert (result.exit_code, result.output, result.code_file) == (1, "\nunknown language brainfuck", None)
    assert list(work_dir.iterdir()) == []


def test_no_language_at_all_is_an_unknown_one(make: Make):
    assert run(make(), "hello", "").output == "\nunknown language "


def test_what_is_said_before_an_unknown_language_is_kept(make: Make):
    blocks = [CodeBlock("print('one')", "python"), CodeBlock("+++", "brainfuck"), CodeBlock("print(2)", "python")]
    result = make().execute_code_blocks(blocks)
    assert (result.exit_code, result.output) == (1, "one\n\nunknown language brainfuck")


@pytest.mark.parametrize("language", ["javascript", "html", "css"])
def test_some_languages_are_only_saved(make: Make, work_dir: Path, language: str):
    result = run(make(), "some code", language)
    assert result.exit_code == 0
    assert result.output == f"Code saved to {result.code_file}\n"
    assert [path.read_text() for path in work_dir.iterdir()] == ["some code"]


@pytest.mark.skipif(shutil.which("node", path="/usr/local/bin:/usr/bin:/bin") is None, reason="node is not installed")
def test_javascript_runs_if_the_policy_says_so(make: Make):
    executor = make(execution_policies={"javascript": True})
    results = [run(executor, "console.log(6 * 7)", language) for language in ("javascript", "js", "node")]
    assert [(result.exit_code, result.output) for result in results] == [(0, "42\n")] * 3


@pytest.mark.skipif(shutil.which("pwsh") is not None, reason="PowerShell is installed")
def test_powershell_that_is_not_installed_is_told_to_the_model(make: Make):
    results = [run(make(), "Write-Output 1", language) for language in ("powershell", "pwsh", "ps1")]
    assert [result.output for result in results] == [
        f"\n{language} is not installed here." for language in ("powershell", "pwsh", "ps1")
    ]


def test_a_program_installed_elsewhere_runs_through_the_systems_link_to_it(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """PowerShell is installed in a directory of its own in /opt, and linked to."""
    installed = tmp_path / "opt/powershell/7"
    installed.mkdir(parents=True)
    (installed / "words").write_text("from beside it")
    (installed / "pwsh").write_text('#!/bin/sh\ncat "$(dirname "$0")/words"; echo "; ${1##*.}"; cat "$1"\n')
    (installed / "pwsh").chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pwsh").symlink_to(installed / "pwsh")
    monkeypatch.setattr("autogen.coding.places.system.SYSTEM_PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    results = [run(make(), "Write-Output 1", language) for language in ("powershell", "ps1", "pwsh")]
    assert [result.output for result in results] == ["from beside it; ps1\nWrite-Output 1"] * 3


def test_a_policy_may_forbid_and_add_languages(make: Make):
    executor = make(execution_policies={"python": False, "perl": True})
    assert run(executor, "print(1)", "python").output.startswith("Code saved to ")
    if shutil.which("perl", path="/usr/bin:/bin"):
        assert run(executor, "print 6 * 7", "perl").output == "42"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("rm -rf /", "Use of 'rm -rf' command is not allowed."),
        ("mv x /dev/null", "Moving files to /dev/null is not allowed."),
        ("dd if=/dev/zero of=x", "Use of 'dd' command is not allowed."),
        ("cat x > /dev/sda1", "Overwriting disk blocks directly is not allowed."),
        (":(){ :|:& };:", "Fork bombs are not allowed."),
    ],
)
def test_a_command_that_is_hardly_ever_meant_is_told_to_the_model(make: Make, work_dir: Path, code: str, why: str):
    result = run(make(), code, "sh")
    assert (result.exit_code, result.output) == (1, f"Potentially dangerous command detected: {why}")
    assert list(work_dir.iterdir()) == []
    with pytest.raises(ValueError, match="dangerous"):
        LocalCommandLineCodeExecutor.sanitize_command("sh", code)
    LocalCommandLineCodeExecutor.sanitize_command("python", code)


def test_a_language_has_one_name():
    assert [language_of(told) for told in ("JS", "node", "Python3.12", "ruby", "")] == [
        "javascript", "javascript", "python", "ruby", ""]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "code", "quiet"),
    [
        ("sh", "pip install x", "pip install -qqq x"),
        ("bash", "a && pip3 install -r y", "a && pip3 install -qqq -r y"),
        ("sh", "pip install -qqq x", "pip install -qqq x"),
        ("pwsh", "pip install x", "pip install -qqq x"),
        ("python", "! pip install x\nprint(1)", "!pip install -qqq x\nprint(1)"),
        ("python", "s = 'pip install x'", "s = 'pip install x'"),
        ("css", "pip install x", "pip install x"),
    ],
)
def test_the_progress_of_pip_is_no_news(language: str, code: str, quiet: str):
    assert quiet_pip(code, language) == quiet


def test_a_missing_package_is_explained_where_there_is_no_network(make: Make):
    result = run(make(), "import surely_not_there", "python")
    assert "No module named 'surely_not_there'\nNote: the code runs without network" in result.output


def test_with_the_network_a_missing_package_is_not_explained(make: Make):
    result = run(make(network=True), "import surely_not_there", "python")
    assert result.output.endswith("No module named 'surely_not_there'\n")
