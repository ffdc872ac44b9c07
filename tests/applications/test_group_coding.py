"""A group of four solves a data task with programs that really run, fail and are mended."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from autogen import run_settings
from autogen.events import SpeakerSelected, StepEnded
from autogen.messages import text_of
from autogen.testing import RecordingObserver, drive
from examples.applications.group_coding.app import MOST_MESSAGES, SALES, TASK, make_team


def takings() -> dict[str, Counter[str]]:
    """Return what each cafe took in on each weekday, in cents: computed apart from the programs of the group."""
    with SALES.open(encoding="utf-8", newline="") as file:
        rows = {tuple(row) for row in list(csv.reader(file))[1:]}
    found: dict[str, Counter[str]] = {}
    for day, cafe, _, cups, price in rows:
        cents = int(price.replace(",", "").replace(".", ""))
        weekday = dt.date.fromisoformat(day).strftime("%A")
        found.setdefault(cafe, Counter())[weekday] += cents * int(cups or "0")
    return found


@pytest.mark.parametrize("api", ["sync", "async"])
def test_the_group_gets_the_right_numbers_after_two_failures_and_a_critique(api: str, tmp_path: Path):
    team, record = make_team(tmp_path), RecordingObserver()
    with run_settings(observers=[record]):
        result = drive(api, team.run_sync, TASK)
    runs = [event.output for event in record.of(StepEnded) if event.kind == "code"]
    assert [run["exit_code"] for run in runs] == [1, 1, 0, 0]
    assert "could not convert string to float: '2,60'" in runs[0]["output"]
    assert "invalid literal for int() with base 10: ''" in runs[1]["output"]
    expected = takings()
    best = max(expected, key=lambda cafe: expected[cafe].total())
    assert f"{best} took in most: {expected[best].total() / 100:,.2f} dollars." in result.summary
    for cafe, days in expected.items():
        assert f"{cafe} on {days.most_common(1)[0][0]}s" in result.summary
        assert f"{days.total() / 100:,.2f} dollars" in runs[-1]["output"]
    assert "<svg" in (tmp_path / "takings.svg").read_text(encoding="utf-8")
    assert str(result.stop_reason) == "planner said 'TERMINATE'"


def test_the_manager_asks_in_turn_for_a_plan_a_program_its_run_and_a_critique(tmp_path: Path):
    record = RecordingObserver()
    with run_settings(observers=[record]):
        make_team(tmp_path).run_sync(TASK)
    run = ["coder", "executor"]
    assert [event.speaker for event in record.of(SpeakerSelected)] == [
        "planner", *run, *run, *run, "critic", *run, "critic", "planner",
    ]  # fmt: skip


def test_all_members_hold_the_same_conversation(tmp_path: Path):
    team = make_team(tmp_path)
    team.run_sync(TASK)
    heard = [[text_of(message) for message in member.chat_messages[team]] for member in team.members]  # type: ignore[attr-defined] - they are ConversableAgents
    assert len(heard[0]) == 13
    assert all(each == heard[0] for each in heard)


def test_the_group_is_checked_before_it_starts(tmp_path: Path):
    report = make_team(tmp_path).check()
    assert report.is_sound
    assert report.most_messages == MOST_MESSAGES
