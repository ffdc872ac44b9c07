"""Hostile programs: in the sandbox none gets out, as root and as an ordinary user; each canary is seen to tell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from autogen.coding import LocalCommandLineCodeExecutor
from tests.coding.hostile_programs import ALL
from tests.coding.hostile_world import attacked_by_an_ordinary_user, hostile_world

if TYPE_CHECKING:
    from pathlib import Path

DAMAGE_OF_THE_CONTROLS = {
    "reached a port", "reached a datagram port", "reached a UNIX socket", "reached an abstract socket",
    "the victim is dead", "wrote write_outside outside", "wrote write_outside_through_a_symlink outside",
    "wrote write_outside_with_the_shell outside", "wrote rename_out outside", "wrote to /tmp",
    "wrote beside the work dir"}  # fmt: skip


@pytest.fixture(scope="module")
def contained(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], list[str]]:
    with hostile_world(tmp_path_factory.mktemp("contained")) as world:
        verdicts = world.attack(ALL, LocalCommandLineCodeExecutor(work_dir=world.work_dir))
        return verdicts, world.damage()


@pytest.fixture(scope="module")
def uncontained(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], list[str]]:
    with hostile_world(tmp_path_factory.mktemp("uncontained")) as world:
        executor = LocalCommandLineCodeExecutor(work_dir=world.work_dir, sandbox="none", accept_no_isolation=True)
        verdicts = world.attack([program for program in ALL if program.is_control], executor)
        return verdicts, world.damage()


@pytest.mark.parametrize("name", [program.name for program in ALL])
def test_no_hostile_program_gets_through(contained: tuple[dict[str, str], list[str]], name: str):
    verdicts, _ = contained
    assert verdicts[name].startswith(("refused: ", "nothing gained")), verdicts[name]


def test_the_world_is_as_it_was_before_the_hostile_programs(contained: tuple[dict[str, str], list[str]]):
    _, damage = contained
    assert damage == []


def test_there_are_many_hostile_programs_each_with_a_name_of_its_own():
    assert len({program.name for program in ALL}) == len(ALL) >= 60


def test_without_a_sandbox_the_canaries_tell(uncontained: tuple[dict[str, str], list[str]]):
    verdicts, damage = uncontained
    assert set(damage) == DAMAGE_OF_THE_CONTROLS
    readers = [name for name in verdicts if name.startswith(("read_", "see_", "list_", "climb_"))]
    assert [name for name in readers if not verdicts[name].startswith("ESCAPED")] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="all tests are run by an ordinary user already")
def test_no_hostile_program_gets_through_when_an_ordinary_user_runs_it(open_directory: Path):
    verdicts, damage = attacked_by_an_ordinary_user(open_directory)
    got_through = {name: verdict for name, verdict in verdicts.items() if not verdict.startswith(("ref", "nothing"))}
    assert (len(verdicts), got_through, damage) == (len(ALL), {}, [])
