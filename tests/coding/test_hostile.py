"""Hostile programs: in the sandbox none gets out, as root and as an ordinary user; each canary is seen to tell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autogen.coding import LocalCommandLineCodeExecutor
from tests.coding.conftest import NOBODY
from tests.coding.hostile_programs import ALL
from tests.coding.hostile_world import hostile_world

if TYPE_CHECKING:
    pass

REPOSITORY = Path(__file__).parents[2]

AS_NOBODY = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "env",
)  # env: looked up without rights
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
    interpreter = _python_of_everyone()
    environment = {
        "PATH": os.defpath,
        "HOME": str(open_directory),
        "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [*AS_NOBODY, interpreter, "-m", "tests.coding.hostile_world", str(open_directory)],
        env=environment, cwd=open_directory, capture_output=True, text=True, timeout=50, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    verdicts, damage = json.loads(done.stdout)
    got_through = {name: verdict for name, verdict in verdicts.items() if not verdict.startswith(("ref", "nothing"))}
    assert (len(verdicts), got_through, damage) == (len(ALL), {}, [])


def _python_of_everyone() -> str:
    """Return an interpreter that strangers may run, on sources that they may read."""
    check = f"import sys; open({str(REPOSITORY / 'src/autogen/__init__.py')!r}); sys.exit(sys.version_info < (3, 11))"
    for interpreter in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([*AS_NOBODY, interpreter, "-c", check], capture_output=True, check=False).returncode == 0:
            return interpreter
    pytest.skip("no interpreter of 3.11 or newer, or not the sources, can be read by an ordinary user")
