"""The files that code wrote: in the record of a run, on the console, and what is said of those that are not listed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, UserProxyAgent, run_settings
from autogen.agents.responders.code import CODE
from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor, artefacts
from autogen.coding.artefacts import Artefact, ArtefactCaps, Collector, media_type_of
from autogen.events import NoticeRaised, StepEnded, to_dict
from autogen.testing import ScriptedModel
from tests.coding.conftest import Kept

if TYPE_CHECKING:
    from pathlib import Path

WRITES = "```python\nopen('plot.png', 'w').write('x' * 2000)\n```"
DIGEST = hashlib.sha256(b"x" * 2000).hexdigest()
LISTED = {"name": "plot.png", "media_type": "image/png", "size_bytes": 2000, "sha256": DIGEST}


def talk(work_dir: Path, reply: str = WRITES, **options: Any) -> UserProxyAgent:
    """Hold a chat in which the user runs one piece of code."""
    executor = LocalCommandLineCodeExecutor(work_dir=work_dir, **options)
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"executor": executor})
    coder = AssistantAgent("coder", model=ScriptedModel(reply, "TERMINATE"))
    user.initiate_chat(coder, message="Draw.")
    return user


def test_a_step_records_what_code_wrote(tmp_path: Path):
    kept = Kept()
    with run_settings(observers=[kept]):
        talk(tmp_path)
    (ended,) = [event for event in kept.events if isinstance(event, StepEnded) and event.kind == "code"]
    assert to_dict(ended)["output"] == {"exit_code": 0, "output": "", "artefacts": [LISTED]}


def test_the_console_names_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    talk(tmp_path)
    assert ">>>>>>>> WROTE plot.png (2 kB)\n" in capsys.readouterr().out


def test_what_is_read_from_a_record_is_what_was_recorded(tmp_path: Path):
    executor = LocalCommandLineCodeExecutor(work_dir=tmp_path)
    result = executor.execute_code_blocks([CodeBlock("open('plot.png', 'w').write('x')", "python")])
    assert CODE.decode is not None
    assert CODE.details is not None
    assert CODE.decode(CODE.encode(result), CODE.details(result), None) == result
    assert result.artefacts[0].path == tmp_path / "plot.png"


def test_what_is_not_listed_is_told_to_the_user(tmp_path: Path):
    kept = Kept()
    with run_settings(observers=[kept]):
        talk(tmp_path, artefact_caps=ArtefactCaps(file_bytes=1000))
    assert [(event.level, event.text) for event in kept.events if isinstance(event, NoticeRaised)] == [
        ("info", "Not listed of what the code wrote: 'plot.png': it has 2000 bytes, more than 1000.")
    ]


def test_in_a_work_dir_too_large_to_look_through_the_time_of_change_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("old")
    monkeypatch.setattr(artefacts, "_MOST_ENTRIES", 0)
    collector = Collector(tmp_path, ArtefactCaps())
    assert collector.collect().left_out == ("the work dir is too large to look through",)
    monkeypatch.setattr(artefacts, "_MOST_ENTRIES", 10)
    (tmp_path / "b.txt").write_text("new")
    assert "b.txt" in [artefact.name for artefact in collector.collect().artefacts]


def test_a_work_dir_that_is_gone_holds_nothing(tmp_path: Path):
    collected = Collector(tmp_path / "gone", ArtefactCaps()).collect()
    assert (collected.artefacts, len(collected.left_out)) == ((), 1)


def test_many_files_that_are_not_listed_are_counted(tmp_path: Path):
    collector = Collector(tmp_path, ArtefactCaps(files=0))
    for number in range(25):
        (tmp_path / f"{number:02}").touch()
    left_out = collector.collect().left_out
    assert (len(left_out), left_out[0], left_out[-1]) == (21, "'00': there are more than 0 files", "and 5 more")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.PNG", "image/png"),
        ("a.webp", "image/webp"),
        ("a.tar.gz", "application/gzip"),
        ("a.csv", "text/csv"),
        ("data:text/html,x", "application/octet-stream"),
        ("no-ending", "application/octet-stream"),
    ],
)
def test_the_name_tells_the_media_type(name: str, media_type: str):
    assert media_type_of(name) == media_type


def test_an_artefact_is_data_without_its_path(tmp_path: Path):
    told = Artefact("a/b.txt", "text/plain", 1, "ab", tmp_path / "a/b.txt").to_dict()
    assert Artefact.from_dict(told) == Artefact("a/b.txt", "text/plain", 1, "ab")


def test_the_block_itself_is_no_artefact(tmp_path: Path):
    executor = LocalCommandLineCodeExecutor(work_dir=tmp_path)
    block = CodeBlock("# filename: sub/program.py\nopen('made.txt', 'w').write('x')", "python")
    page = CodeBlock("<!-- filename: page.html -->\n<p>", "html")
    assert [each.name for each in executor.execute_code_blocks([block, page]).artefacts] == ["made.txt"]
