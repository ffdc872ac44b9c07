"""The hostile programs in a container: what they may see of the container itself is listed here, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.coding import ContainerCodeExecutor
from tests.coding.container_engine import IMAGE
from tests.coding.hostile_programs import ALL
from tests.coding.hostile_world import hostile_world

if TYPE_CHECKING:
    from pathlib import Path

SEEN = {
    "list_above_the_work_dir": "the container's own read-only system",
    "read_the_hosts_settings": "the container's own /etc/hostname",
    "see_accounts_of_the_host": "the image's accounts",
    "list_sys": "engines mount it read-only",
    "see_more_processes_than_ones_own": "the container's first process, which has nothing to tell",
    "change_its_own_source": "a file of the work dir; it is written anew for each block",
    "call_of_the_old_32_bit_kind": "the filter kills who makes it",
}


def test_no_hostile_program_gets_out_of_a_container(container_engine: str, tmp_path: Path):
    assert container_engine
    with hostile_world(tmp_path) as world:
        with ContainerCodeExecutor(IMAGE, work_dir=world.work_dir) as executor:
            verdicts = world.attack(ALL, executor)
        assert world.damage() == []
    got = {
        name: verdict for name, verdict in verdicts.items() if not verdict.startswith(("refused: ", "nothing gained"))
    }
    assert len(verdicts) == len(ALL)
    assert set(got) <= set(SEEN), got
