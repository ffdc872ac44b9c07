"""How long a container lives, and that none is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from autogen.coding import CodeBlock, ContainerCodeExecutor
from autogen.coding.containers import executor as made_once
from autogen.coding.containers.engine import find_engine
from autogen.coding.containers.ownership import labels_of_this_process
from autogen.errors import CodeError
from tests.coding.container_engine import IMAGE
from tests.coding.containers.conftest import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.coding.containers.conftest import Make

HOST = """
import sys
from autogen.coding import CodeBlock, ContainerCodeExecutor
executor = ContainerCodeExecutor({image!r}, container_name={name!r}, work_dir={work_dir!r}, **{options!r})
print(executor.execute_code_blocks([CodeBlock("print('ready')", "python")]).output, flush=True)
{then}
"""


@pytest.fixture
def api(container_engine: str) -> Any:
    assert container_engine
    return find_engine().api


@pytest.fixture
def name(request: pytest.FixtureRequest, api: Any) -> Iterator[str]:
    """A name for a container, which is gone at the end."""
    chosen = f"autogen-test-{os.getpid()}-{abs(hash(request.node.name))}"
    yield chosen
    if state_of(api, chosen):
        api.remove_container(chosen, force=True)


def state_of(api: Any, name: str) -> str:
    found = api.containers(all=True, filters={"name": name})
    return found[0]["State"] if found else ""


def wait_for_state(api: Any, name: str, wanted: str) -> None:
    give_up = time.monotonic() + 15
    while (state := state_of(api, name)) != wanted:
        assert time.monotonic() < give_up, state
        threading.Event().wait(0.05)


def host(name: str, work_dir: Path, then: str, **options: Any) -> subprocess.Popen[str]:
    script = HOST.format(image=IMAGE, name=name, work_dir=str(work_dir), options=options, then=then)
    return subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("end", [signal.SIGKILL, "the end of the program"])
def test_a_container_ends_with_the_process_that_made_it(api: Any, name: str, tmp_path: Path, end: Any):
    is_killed = end == signal.SIGKILL
    with host(name, tmp_path, "sys.stdin.read()" if is_killed else "") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if is_killed:
            assert state_of(api, name) == "running"
            process.kill()
        assert process.wait(20) == (-signal.SIGKILL if is_killed else 0)
    wait_for_state(api, name, "")


def test_a_container_that_is_to_be_kept_is_kept(api: Any, name: str, tmp_path: Path):
    with host(name, tmp_path, "", stop_container=False, auto_remove=False) as process:
        assert process.wait(20) == 0
    assert state_of(api, name) == "running"
    with pytest.raises(CodeError, match=f"could not make a container .*{name}.* already in use"):
        run(ContainerCodeExecutor(IMAGE, container_name=name, work_dir=tmp_path), "print()")


def test_a_container_ends_with_its_block(api: Any, name: str, make: Make):
    with make(container_name=name) as executor:
        assert run(executor, "print('hi')").output == "hi\n"
    assert state_of(api, name) == ""
    with make(container_name=name, auto_remove=False) as executor:
        run(executor, "print('hi')")
    assert state_of(api, name) == "exited"


def test_the_containers_of_dead_processes_are_removed_when_the_next_one_is_made(
    api: Any, make: Make, monkeypatch: pytest.MonkeyPatch
):
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    ours = labels_of_this_process(is_kept=False)
    of_the_dead = ours | {"autogen.process": str(dead.pid), "autogen.process.began": "1"}
    left = [
        api.create_container(IMAGE, ["sleep", "600"], labels=labels)["Id"]
        for labels in (
            of_the_dead,
            ours,
            of_the_dead | {"autogen.kept": "yes"},
            of_the_dead | {"autogen.host": "another"},
        )
    ]
    monkeypatch.setattr(made_once, "_swept", set())
    try:
        run(make(), "print()")
        there = {container["Id"] for container in api.containers(all=True)}
        assert [container_id in there for container_id in left] == [False, True, True, True]
    finally:
        for container_id in left[1:]:
            api.remove_container(container_id, force=True)


def test_an_unused_container_ends_and_the_next_block_gets_another(api: Any, name: str, make: Make):
    executor = make(container_name=name, idle_timeout=1)
    assert run(executor, "echo one", "sh").output == "one\n"
    wait_for_state(api, name, "")
    assert run(executor, "echo two", "sh").output == "two\n"


def test_a_container_that_somebody_removed_is_made_again(api: Any, name: str, make: Make):
    executor = make(container_name=name)
    run(executor, "echo one", "sh")
    api.remove_container(name, force=True)
    assert run(executor, "echo two", "sh").output == "two\n"


def test_a_container_removed_while_code_runs_is_told(api: Any, name: str, make: Make):
    executor = make(container_name=name)
    run(executor, "echo one", "sh")
    threading.Timer(0.5, api.remove_container, [name], {"force": True}).start()
    with pytest.raises(CodeError, match="container"):
        run(executor, "sleep 600", "sh")
    wait_for_state(api, name, "")
    assert run(executor, "echo two", "sh").output == "two\n"


async def test_callers_of_any_loop_wait_for_one_another(make: Make):
    executor = make()
    block = [CodeBlock("mkdir taken || echo not alone; sleep 0.1; rmdir taken", "sh")]
    results = await asyncio.gather(
        *(executor.a_execute_code_blocks(block) for _ in range(3)),
        *(asyncio.to_thread(executor.execute_code_blocks, block) for _ in range(3)),
    )
    assert [(result.exit_code, result.output) for result in results] == [(0, "")] * 6


async def test_a_caller_that_is_cancelled_while_it_waits_leaves_the_others_their_turn(make: Make):
    executor = make()
    first = asyncio.create_task(executor.a_execute_code_blocks([CodeBlock("sleep 0.5; echo first", "sh")]))
    second, third = (
        asyncio.create_task(executor.a_execute_code_blocks([CodeBlock(f"echo {word}", "sh")]))
        for word in ("two", "three")
    )
    await asyncio.sleep(0)
    second.cancel()
    assert (await first).output == "first\n"
    assert (await third).output == "three\n"
    assert second.cancelled()
