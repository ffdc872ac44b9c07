"""Hostile programs in a kernel: those of the sandbox's own corpus, in one cell each of the same world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autogen.coding.kernels.executor import KernelCodeExecutor
from tests.coding.conftest import python
from tests.coding.hostile_programs import ALL
from tests.coding.hostile_world import hostile_world

if TYPE_CHECKING:
    from collections.abc import Iterator

# A kernel's own lines to its reader are open; they lead nowhere but to it.
OWN_LINES = {"use_descriptors_that_were_left_open"}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], list[str], str]]:
    with (
        hostile_world(tmp_path_factory.mktemp("kernel")) as world,
        KernelCodeExecutor(work_dir=world.work_dir) as executor,
    ):
        verdicts = world.attack(ALL, executor)
        after = executor.execute_code_blocks(python("print('next')")).output
        yield verdicts, world.damage(), after


def test_no_hostile_program_gets_out_of_a_kernel(attacked: tuple[dict[str, str], list[str], str]):
    verdicts, damage, after = attacked
    through = {name for name, verdict in verdicts.items() if not verdict.startswith(("refused: ", "nothing gained"))}
    assert verdicts.keys() == {program.name for program in ALL}
    assert (through - OWN_LINES, damage, after) == (set(), [], "next\n")
