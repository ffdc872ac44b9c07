"""Engines that are missing, forbidden, silent or stopped, and images and directories that are not there."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autogen.coding import CodeBlock, ContainerCodeExecutor
from autogen.coding.containers.sharing import drop_set_id_bits
from autogen.errors import CodeError, MissingExtra, SandboxUnavailable
from tests.coding.container_engine import IMAGE
from tests.coding.containers.conftest import run
from tests.coding.containers.engine_proxy import EngineProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.coding.containers.conftest import Make

AS_A_STRANGER = """
from autogen.coding import CodeBlock, ContainerCodeExecutor
try:
    ContainerCodeExecutor(work_dir="/var/tmp").execute_code_blocks([CodeBlock("print()", "python")])
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(Path("/var/run/docker.sock").exists(), reason="DOCKER IS HERE, AND IS FOUND FIRST")
def test_an_engine_is_found_at_its_usual_socket(
    container_engine: str, make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "podman").mkdir()
    (tmp_path / "podman/podman.sock").symlink_to(container_engine.removeprefix("unix://"))
    assert run(make(), "echo found", "sh").output == "found\n"


@pytest.fixture
def proxy(container_engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProxy]:
    with EngineProxy(tmp_path / "engine.sock", container_engine) as proxy:
        monkeypatch.setenv("DOCKER_HOST", proxy.address)
        yield proxy


def test_without_the_sdk_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(sys.modules, "docker", None)
    with pytest.raises(MissingExtra, match=r"pip install 'pyautogen\[docker\]'"):
        run(ContainerCodeExecutor(work_dir=tmp_path), "print()")


def test_a_dead_socket_is_told_with_the_ways_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    import socket  # noqa: PLC0415 - only here

    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "engine.sock"))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")
    with pytest.raises(
        SandboxUnavailable, match=r"nothing listens there; the engine is not running\)\. Ways out: start an"
    ):
        run(ContainerCodeExecutor(work_dir=tmp_path), "print()")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_forbidden_socket_is_told_with_the_cure(container_engine: str, tmp_path: Path):
    socket = Path(container_engine.removeprefix("unix://"))
    assert not socket.parent.stat().st_mode & stat.S_IXOTH
    source = Path(__file__).parents[3] / "src"
    done = subprocess.run(
        ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c", AS_A_STRANGER],
        env={"DOCKER_HOST": container_engine, "PYTHONPATH": f"{source}:{sysconfig.get_path('purelib')}"},
        capture_output=True, text=True, timeout=30, check=False, cwd="/")  # fmt: skip
    assert done.stdout.startswith("SandboxUnavailable No container engine can be used"), done.stderr
    assert "you may not use this socket; join its group (sudo usermod -aG docker $USER" in done.stdout


def test_an_engine_that_stops_while_code_runs_is_told_and_used_again(
    proxy: EngineProxy, container_engine: str, make: Make, monkeypatch: pytest.MonkeyPatch
):
    executor = make()
    assert run(executor, "echo one", "sh").output == "one\n"
    stopping = asyncio.run(stopped_in_the_middle(executor, proxy))
    assert isinstance(stopping, SandboxUnavailable)
    assert "Start it again; if code was running, nobody knows how far it got." in str(stopping)
    with pytest.raises(SandboxUnavailable, match="there is no such socket"):
        run(executor, "echo two", "sh")
    monkeypatch.setenv("DOCKER_HOST", container_engine)
    assert run(executor, "echo three", "sh").output == "three\n"


async def stopped_in_the_middle(executor: ContainerCodeExecutor, proxy: EngineProxy) -> BaseException | None:
    running = asyncio.create_task(executor.a_execute_code_blocks([CodeBlock("echo x > begun; sleep 600", "sh")]))
    async with asyncio.timeout(30):
        while not (executor.work_dir / "begun").exists():  # noqa: ASYNC110 - another machine's file is no event
            await asyncio.sleep(0.02)
        await asyncio.to_thread(proxy.stop)
        await asyncio.wait({running})
    return running.exception()


async def test_a_silent_engine_holds_up_nobody_else_and_can_be_cancelled(proxy: EngineProxy, make: Make):
    executor = make()
    proxy.fall_silent()
    running = asyncio.create_task(executor.a_execute_code_blocks([CodeBlock("echo one", "sh")]))
    ticks, began = 0, time.monotonic()
    while time.monotonic() - began < 0.5:
        await asyncio.sleep(0.01)
        ticks += 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await running
    assert ticks > 10
    proxy.answer_again()
    assert (await executor.a_execute_code_blocks([CodeBlock("echo two", "sh")])).output == "two\n"


def test_an_image_that_cannot_be_had_is_told_with_the_cure(make: Make, caplog: pytest.LogCaptureFixture):
    with pytest.raises(CodeError, match="neither on this machine nor can it be pulled") as refused:
        run(make(image="localhost:1/nowhere/none:3"), "print()")
    assert "podman pull localhost:1/nowhere/none:3" in str(refused.value)
    assert caplog.messages == ["The image 'localhost:1/nowhere/none:3' is not on this machine: it is pulled, once."]


def test_of_several_images_the_first_that_is_here_is_taken(make: Make):
    executor = make(image=["localhost:1/nowhere/none:3", IMAGE])
    assert run(executor, "echo hi", "sh").output == "hi\n"
    assert executor.image == IMAGE


def test_a_work_dir_that_the_engine_does_not_see_is_told(make: Make, tmp_path: Path):
    (tmp_path / "another").mkdir()
    executor = make(bind_dir=tmp_path / "another")
    with pytest.raises(CodeError, match=r"does not see the work dir .* Give bind_dir="):
        run(executor, "print()")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeout": 0}, "Timeout must be greater than or equal to 1"),
        ({"image": []}, "names no image"),
        ({"volumes": {"data": "/data"}}, "both paths must be absolute"),
        ({"volumes": {"/srv": "/proc/1"}}, "'/proc/1' belongs to the container's system"),
        ({"volumes": {"/run": "/run2"}}, "'/run' would give the code /run/docker.sock"),
        ({"volumes": {"/": "/host"}}, "'/' would give the code /run/docker.sock"),
    ],
)
def test_settings_that_are_none_are_refused(options: dict[str, Any], words: str, tmp_path: Path):
    with pytest.raises(ValueError, match=words):
        ContainerCodeExecutor(work_dir=tmp_path, **options)


def test_the_engines_own_socket_is_never_given_away(container_engine: str, tmp_path: Path):
    socket = Path(container_engine.removeprefix("unix://"))
    (tmp_path / "innocent").symlink_to(socket.parent)
    for source in (socket, socket.parent, tmp_path / "innocent"):
        with pytest.raises(ValueError, match="with the engine the whole machine"):
            ContainerCodeExecutor(work_dir=tmp_path, volumes={source: "/data"})


def test_a_home_directory_is_no_work_dir(make: Make):
    with pytest.raises(CodeError, match="is your home directory or holds it"):
        run(make(work_dir=Path.home()), "print()")


def test_where_the_engine_lets_code_make_set_user_id_files_they_are_made_ordinary(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    for name, mode in (("deep/able", 0o6755), ("plain", 0o750)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    drop_set_id_bits(tmp_path)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("deep/able", "plain")] == [0o755, 0o750]
