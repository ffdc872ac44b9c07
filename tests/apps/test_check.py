"""`autogen check`: a team is looked at before it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.apps.command import autogen

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
from autogen import ConversableAgent, GroupChat, GroupChatManager, Team
from autogen.testing import ScriptedModel

a = ConversableAgent("a", model=ScriptedModel("x"), human_input_mode="NEVER")
b = ConversableAgent("b", human_input_mode="NEVER")
team = Team([a, b], choose="round_robin")
endless = GroupChatManager(GroupChat([a, b], [], max_round=10**9, speaker_selection_method="round_robin"))
"""


def test_a_team_in_a_program_is_checked_and_drawn(tmp_path: Path):
    (tmp_path / "program.py").write_text(PROGRAM)
    ended = autogen("check", "program.py:team", "--mermaid", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(
        "nothing to complain about\nmessages at the most: 50\nmodel calls at the most: 49\nflowchart LR\n"
    )


def test_what_cannot_work_is_an_exit_code_for_scripts(tmp_path: Path):
    (tmp_path / "program.py").write_text(PROGRAM)
    ended = autogen("check", "program.py:endless", folder=tmp_path)
    assert ended.returncode == 1
    assert ended.stdout.startswith("error: chat_manager cannot be shown to stop")


def test_a_team_must_be_named_where_there_are_several(tmp_path: Path):
    (tmp_path / "program.py").write_text(PROGRAM)
    for place, words in {
        "program.py": "program.py has 2 teams (program.py:endless, program.py:team). Name one",
        "program.py:nobody": "nothing that is called 'nobody' (teams in it: endless, team)",
        "program.py:a": "program.py:a is a ConversableAgent, not a team",
    }.items():
        ended = autogen("check", place, folder=tmp_path)
        assert ended.returncode == 2
        assert words in " ".join(ended.stderr.split())
