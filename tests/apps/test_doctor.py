"""`autogen doctor`: what works here, what it protects from, and never a key."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from autogen.apps.commands import run_command
from autogen.coding.places.landlock import start
from autogen.coding.places.landlock.sandbox import landlock_here
from tests.apps.command import autogen

if TYPE_CHECKING:
    from pathlib import Path

SECRETS = ("sk-0123456789abcdefghij", "hunter2", "pass/w@rd")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = run_command(["doctor", "--json"])
    return code, json.loads(capsys.readouterr().out)


def states(report: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    return {level["finding"]["name"]: (level["finding"]["state"], level["is_default"]) for level in report["levels"]}


def test_it_tells_a_person_what_holds_the_models_code(tmp_path: Path):
    keys = {
        "OPENAI_API_KEY": SECRETS[0],
        "OPENAI_BASE_URL": f"https://me:{SECRETS[1]}@models.example/v1?key={SECRETS[0]}",
        "AUTOGEN_JOURNAL": f"postgresql://me:{SECRETS[2]}@db.example/runs",
    }
    done = autogen("doctor", folder=tmp_path, COLUMNS="100", **keys)
    assert (done.returncode, done.stderr) == (0, "")
    assert not any(secret in done.stdout for secret in SECRETS)
    lines = done.stdout.splitlines()
    assert "  ✓  bubblewrap  default here" in lines
    assert "     does not hold: bugs of the Linux kernel" in lines
    assert "  ·  bare process" in lines
    assert "  ✓  model      the first model that is served at https://models.example/v1" in lines
    assert "  ✓  variables  OPENAI_API_KEY, OPENAI_BASE_URL" in lines
    assert "  ✓  journal  postgresql://db.example/runs (not asked)" in lines
    assert lines[-1] == "Code that a model wrote runs in bubblewrap."
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in done.stdout


def test_a_narrow_terminal_without_signs_can_show_it(tmp_path: Path):
    done = autogen("doctor", folder=tmp_path, COLUMNS="40", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "  +  bubblewrap  default here" in done.stdout.splitlines()


def test_a_program_gets_it_as_json(capsys: pytest.CaptureFixture[str]):
    code, report = examined(capsys)
    assert (code, report["can_contain"]) == (0, True)
    assert states(report)["bubblewrap"] == ("works", True)
    assert states(report)["bare process"] == ("open", False)
    assert all(level["holds"] and level["lacks"] and level["chosen_by"] for level in report["levels"])
    assert {finding["name"]: finding["state"] for finding in report["languages"]}["sh"] == "works"
    assert {finding["name"] for finding in report["extras"]} >= {"docker", "jupyter", "review"}
    assert report["models"][0]["state"] == "missing"
    assert report["journal"]["detail"].endswith("/autogen/journal.db (will be made)")


def test_without_bubblewrap_the_weaker_sandbox_is_the_default(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    if not landlock_here() and not os.environ.get("CI"):
        pytest.skip("THIS KERNEL HAS NO LANDLOCK")
    monkeypatch.setenv("PATH", str(tmp_path))
    code, report = examined(capsys)
    assert code == 0
    assert states(report)["bubblewrap"] == ("missing", False)
    assert states(report)[f"Landlock {landlock_here()}"] == ("weaker", True)
    assert run_command(["doctor"]) == 0
    assert "which is weaker than bubblewrap" in capsys.readouterr().out


def test_where_nothing_contains_code_the_exit_code_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(start, "landlock_version", lambda: 0)
    code, report = examined(capsys)
    assert (code, report["can_contain"], [level["is_default"] for level in report["levels"]]) == (1, False, [False] * 5)
    assert next(level for level in report["levels"] if level["finding"]["name"] == "bubblewrap")["finding"]["cure"]
    assert run_command(["doctor"]) == 1
    assert "is not run here unless you accept" in capsys.readouterr().out


def test_an_engine_elsewhere_is_not_asked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine.example:2376")
    _, report = examined(capsys)
    assert "was not asked" in report["levels"][0]["finding"]["detail"]


@pytest.mark.parametrize(
    ("journal", "state", "detail"),
    [("runs.db", "works", "(will be made)"), (".", "missing", "cannot be written"), ("/proc/1/x/runs.db", "missing", "cannot be written")],
)  # fmt: skip
def test_the_place_of_the_journal_is_looked_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, journal: str, state: str, detail: str
):
    monkeypatch.setenv("AUTOGEN_JOURNAL", journal)
    found = examined(capsys)[1]["journal"]
    assert (found["state"], detail in found["detail"]) == (state, True)


@pytest.mark.parametrize(
    ("variables", "state", "detail"),
    [
        ({"AUTOGEN_MODEL": "ollama:qwen3"}, "works", "qwen3"),
        ({"OAI_CONFIG_LIST": "{broken"}, "missing", "OAI_CONFIG_LIST"),
        ({"OPENAI_API_KEY": SECRETS[0], "OPENAI_MODEL": "gpt-x"}, "works", "gpt-x"),
    ],
)
def test_the_model_of_the_environment_is_named(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    state: str,
    detail: str,
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = examined(capsys)[1]["models"][0]
    assert (found["state"], detail in found["detail"]) == (state, True), found
