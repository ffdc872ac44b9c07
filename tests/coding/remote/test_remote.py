"""Code on another machine: what clients share, what runs once, and what ends with whom."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autogen.coding import (
    CodeBlock,
    CodeResult,
    CommandLineCodeResult,
    LocalCommandLineCodeExecutor,
    MarkdownCodeExtractor,
    RemoteCodeExecutor,
    code_server,
)
from autogen.coding.remote.sessions import Bounds
from autogen.errors import CodeError, CodeServerFailed, MissingExtra, SandboxUnavailable
from tests.coding.code_servers import TOKEN, serving
from tests.coding.remote.canned_server import CuttingProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

AUTOGEN = str(Path(sys.executable).parent / "autogen")
CLIENT = """
from autogen.coding import CodeBlock, RemoteCodeExecutor
RemoteCodeExecutor({url!r}, {token!r}).execute_code_blocks([CodeBlock({code!r}, "python")])
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
canary = open("canary", "w")
canary.write("ready")
canary.flush()
time.sleep(600)
"""


def run(executor: RemoteCodeExecutor, code: str, language: str = "python") -> CommandLineCodeResult:
    return executor.execute_code_blocks([CodeBlock(code, language)])


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Where the server keeps its sessions."""
    directory = tmp_path / "sessions"
    directory.mkdir()
    return directory


@pytest.fixture
def url(top: Path) -> Iterator[str]:
    with serving(sandboxed, work_dir=top, bounds=Bounds(grace_s=0.3)) as url:
        yield url


def sandboxed(directory: Path) -> LocalCommandLineCodeExecutor:
    return LocalCommandLineCodeExecutor(work_dir=directory, timeout=60)


def test_each_client_has_files_of_its_own_and_those_who_name_a_session_share_them(url: str, top: Path):
    with (
        RemoteCodeExecutor(url, TOKEN) as one,
        RemoteCodeExecutor(url, TOKEN) as two,
        RemoteCodeExecutor(url, TOKEN, session="ours") as three,
        RemoteCodeExecutor(url, TOKEN, session="ours") as four,
    ):
        for executor in (one, three):
            assert run(executor, "echo mine > file", "sh").exit_code == 0
        assert [run(executor, "cat file", "sh").exit_code for executor in (two, four)] == [1, 0]
        assert run(four, "cat file", "sh").output == "mine\n"
        assert len(list(top.iterdir())) == 3
    assert len(list(top.iterdir())) == 1  # the one with a name stays for others


def test_a_result_says_where_the_code_ran(url: str):
    with RemoteCodeExecutor(url, TOKEN) as executor:
        assert run(executor, "pass").place == f"bubblewrap at {url.removeprefix('http://')}"


def test_files_are_fetched_by_what_they_are_not_by_where_they_lie(url: str, top: Path, tmp_path: Path):
    here = tmp_path / "here"
    with RemoteCodeExecutor(url, TOKEN, work_dir=here) as executor, RemoteCodeExecutor(url, TOKEN) as other:
        result = run(executor, "import os; os.mkdir('deep'); open('deep/a.bin', 'wb').write(bytes(range(256)))")
        assert [(artefact.name, artefact.path) for artefact in result.artefacts] == [
            ("deep/a.bin", here / "deep/a.bin")
        ]
        assert (here / "deep/a.bin").read_bytes() == bytes(range(256))
        written = run(other, "open('secret.txt', 'w').write('one')").artefacts[0]
        assert (written.path, other.fetch(written)) == (None, b"one")
        with pytest.raises(LookupError, match="is no artefact of this executor"):
            executor.fetch(written)
        swap = "import os; os.rename('secret.txt', 'old'); os.symlink('/etc/passwd', 'secret.txt')"
        assert run(other, swap).exit_code == 0
        with pytest.raises(CodeServerFailed, match="no longer has this file"):
            other.fetch(written)


def test_a_request_whose_answer_is_lost_runs_the_code_once(url: str):
    # the first is for the session, the second for the code
    with CuttingProxy(url, {2, 3}) as proxy, RemoteCodeExecutor(proxy.url, TOKEN) as executor:
        result = run(executor, "echo ran >> log; sleep 0.2; cat log", "sh")
    assert (result.exit_code, result.output) == (0, "ran\n")


def test_code_whose_client_is_gone_is_ended(url: str, top: Path):
    with RemoteCodeExecutor(url, TOKEN, session="ours") as executor:
        run(executor, "pass")
        (session,) = top.iterdir()
        os.mkfifo(session / "canary")
        (session / "canary").chmod(0o666)
        client = CLIENT.replace("{token!r})", "{token!r}, session='ours')").format(url=url, token=TOKEN, code=STUBBORN)
        with subprocess.Popen([sys.executable, "-c", client]) as process, (session / "canary").open() as canary:
            assert canary.read(5) == "ready"
            process.kill()
            assert canary.read() == ""  # to the end: nobody can write any more


def test_code_that_takes_longer_than_its_client_waits_is_ended(url: str, top: Path):
    executor = RemoteCodeExecutor(url, TOKEN, timeout=0.5)
    began = time.monotonic()
    with pytest.raises(CodeServerFailed, match=r"took more than timeout=0.5 seconds, and was ended there"):
        run(executor, "sleep 600", "sh")
    assert time.monotonic() - began < 5
    assert run(RemoteCodeExecutor(url, TOKEN), "echo next", "sh").output == "next\n"
    assert top.exists()


async def test_code_may_take_longer_than_a_request(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autogen.coding.remote.server.WAIT_S", 0.1)
    async with RemoteCodeExecutor(url, TOKEN) as executor:
        result = await executor.a_execute_code_blocks([CodeBlock("sleep 0.7; echo done", "sh")])
    assert (result.exit_code, result.output) == (0, "done\n")


def test_a_server_has_room_for_so_much_and_no_more():
    bounds = Bounds(sessions=2, running=1)
    with serving(sandboxed, bounds=bounds) as url:
        one, two, three = (RemoteCodeExecutor(url, TOKEN) for _ in range(3))
        run(one, "pass")
        run(two, "pass")
        with pytest.raises(CodeServerFailed, match="is busy") as refused:
            run(three, "pass")
        assert refused.value.status == 429
        one.stop()
        run(three, "pass")
        slow = threading.Thread(target=run, args=(two, "import time; open('begun', 'w'); time.sleep(1)"))
        slow.start()
        threading.Event().wait(0.3)
        with pytest.raises(CodeServerFailed, match="is busy"):
            run(three, "pass")
        slow.join(20)
        assert run(three, "print('next')").output == "next\n"


def test_a_session_that_nobody_uses_is_ended_with_its_files(top: Path):
    with serving(sandboxed, work_dir=top, bounds=Bounds(idle_s=1.5)) as url:
        executor = RemoteCodeExecutor(url, TOKEN)
        assert run(executor, "echo kept > file", "sh").exit_code == 0
        for _ in range(200):
            if not list(top.iterdir()):
                break
            threading.Event().wait(0.05)
        with pytest.raises(
            CodeServerFailed, match=r"no longer knows this session: .* next execution begins another one"
        ):
            run(executor, "cat file", "sh")
        assert run(executor, "cat file", "sh").exit_code == 1


def test_a_restart_reaches_the_executor_on_the_server(top: Path):
    restarted: list[Path] = []

    class Told(LocalCommandLineCodeExecutor):
        def restart(self) -> None:
            restarted.append(self.work_dir)

    with (
        serving(lambda directory: Told(work_dir=directory), work_dir=top) as url,
        RemoteCodeExecutor(url, TOKEN) as executor,
    ):
        executor.restart()
        run(executor, "pass")
        executor.restart()
        assert restarted == list(top.iterdir())


def test_what_the_servers_executor_raises_is_raised_here(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autogen.coding.places.finding.find_bubblewrap", lambda: None)
    made = lambda directory: LocalCommandLineCodeExecutor(work_dir=directory, sandbox="bubblewrap")  # noqa: E731
    with serving(made) as url, pytest.raises(SandboxUnavailable, match=r"^At http://127.*bubblewrap is not installed"):
        run(RemoteCodeExecutor(url, TOKEN), "pass")


class OfOnesOwn:
    """An executor with the members of the port and no more; it fails, or tells what it was given."""

    code_extractor = MarkdownCodeExtractor()

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        if not code_blocks[0].code:
            raise RuntimeError("nothing given")
        return CodeResult(7, code_blocks[0].code)

    def restart(self) -> None:
        pass


def test_any_executor_can_be_served_and_its_failures_are_told():
    with serving(OfOnesOwn()) as url, RemoteCodeExecutor(url, TOKEN) as executor:
        result = run(executor, "\ud800 ok")
        assert (result.exit_code, result.output, result.artefacts) == (7, "\ud800 ok", ())
        with pytest.raises(CodeError, match=r"^At http://.*: RuntimeError: nothing given$"):
            run(executor, "")


def test_where_no_executor_can_be_made_the_reason_is_told(top: Path):
    def refuse(directory: Path) -> LocalCommandLineCodeExecutor:
        raise CodeError(f"nothing works in {directory.parent.name}")

    with (
        serving(refuse, work_dir=top) as url,
        pytest.raises(CodeServerFailed, match=r"\(500\): nothing works in sessions"),
    ):
        run(RemoteCodeExecutor(url, TOKEN), "pass")
    assert list(top.iterdir()) == []


def test_without_the_packages_of_a_server_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    with pytest.raises(MissingExtra, match=r"pip install 'pyautogen\[serve\]'"):
        code_server(sandboxed, TOKEN)


async def test_a_caller_that_is_cancelled_ends_the_code_at_once(url: str, top: Path):
    executor = RemoteCodeExecutor(url, TOKEN)
    task = asyncio.create_task(executor.a_execute_code_blocks([CodeBlock("touch begun; sleep 600", "sh")]))
    async with asyncio.timeout(20):
        while not list(top.glob("*/begun")):  # noqa: ASYNC110, ASYNC240 - another process's file is no event
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert (await executor.a_execute_code_blocks([CodeBlock("echo next", "sh")])).output == "next\n"


def test_the_command_serves_the_sandbox_and_leaves_nothing_behind(tmp_path: Path):
    environment = {**os.environ, "AUTOGEN_CODE_TOKEN": TOKEN}
    command = [AUTOGEN, "serve-code", "--port", "0", "--work-dir", str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        assert said.endswith(", in the sandbox; Ctrl-C ends it.\n")
        url = said.split()[3].rstrip(",")
        with_token = RemoteCodeExecutor(url, TOKEN)
        assert run(with_token, "echo hi > file; cat file", "sh").output == "hi\n"
        assert len(list(tmp_path.iterdir())) == 1
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) in {0, -signal.SIGTERM, 130, 143}
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_killed_while_code_runs_is_told_and_takes_the_code_with_it(tmp_path: Path):
    environment = {**os.environ, "AUTOGEN_CODE_TOKEN": TOKEN}
    command = [AUTOGEN, "serve-code", "--port", "0", "--work-dir", str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[3].rstrip(",")
        executor = RemoteCodeExecutor(url, TOKEN)
        run(executor, "pass")
        canary = next(tmp_path.iterdir()) / "canary"
        os.mkfifo(canary)
        canary.chmod(0o666)
        failures: list[Exception] = []
        running = threading.Thread(target=lambda: failures.append(failure_of(executor, STUBBORN)))
        running.start()
        with canary.open() as reader:
            assert reader.read(5) == "ready"
            server.kill()
            assert reader.read() == ""
        running.join(30)
    assert [type(failure) for failure in failures] == [CodeServerFailed]
    assert "is gone in the middle" in str(failures[0])
    assert "whether the code ran, and how far it got, is unknown" in str(failures[0])


def failure_of(executor: RemoteCodeExecutor, code: str) -> Any:
    try:
        return run(executor, code)
    except CodeServerFailed as failure:
        return failure


def test_a_class_of_executors_or_a_short_token_makes_no_server():
    with pytest.raises(TypeError, match=r"lambda directory: LocalCommandLineCodeExecutor\(work_dir=directory\)"):
        code_server(LocalCommandLineCodeExecutor, TOKEN)  # type: ignore[arg-type]
    for token in ("", "short", "with a space in its middle", "ümlaut-ümlaut-ümlaut"):
        with pytest.raises(ValueError, match="the token needs at least 16 ASCII characters"):
            code_server(sandboxed, token)


def test_a_client_without_a_token_or_a_url_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AUTOGEN_CODE_TOKEN", raising=False)
    with pytest.raises(ValueError, match="give token=…, or set AUTOGEN_CODE_TOKEN"):
        RemoteCodeExecutor("http://localhost:1")
    for url in ("localhost:8700", "ftp://host", "http://", "http://host:99999", "http://user:secret@host"):
        with pytest.raises(ValueError, match="must be like 'https://host:8700'") as refused:
            RemoteCodeExecutor(url, TOKEN)
        assert "secret" not in str(refused.value)
    assert json.dumps(TOKEN) not in repr(RemoteCodeExecutor("http://localhost:1", TOKEN))
