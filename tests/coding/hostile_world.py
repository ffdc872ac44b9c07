"""A world with something to steal, to break and to reach, that tells afterwards what was done to it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from autogen.coding import CodeExecutor
    from tests.coding.hostile_programs import Hostile

SECRET = "CANARY-8f2d6c"
NOBODY = 65534
_REPOSITORY = Path(__file__).parents[2]
# env: looked up without rights
_AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env")

_DRIVER = '''\
import ctypes, errno, glob, json, os, platform, shutil, signal, socket, stat, subprocess, sys
FACTS = json.loads({facts!r})
PROGRAMS = json.loads({programs!r})
X86 = platform.machine() == "x86_64"
KERNEL = ctypes.CDLL(None, use_errno=True)


def texts(pattern):
    for path in glob.glob(pattern):
        try:
            yield open(path, "rb").read().decode("latin-1")
        except OSError:
            pass


def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def can_read(path):
    try:
        with open(path, "rb") as file:
            os.set_blocking(file.fileno(), False)
            file.read(1)
    except OSError:
        return False
    return True


def can_write(path):
    try:
        open(path, "r+").close()
    except OSError:
        return False
    return True


def was_looked_at(x86, arm, *arguments):
    """Make a call with nonsense; only a call that is refused as such says so with these two numbers."""
    KERNEL.syscall(x86 if X86 else arm, *(arguments or (-1, -1, -1, -1, -1)))
    number = ctypes.get_errno()
    return None if number in (errno.EPERM, errno.ENOSYS) else "looked at: " + errno.errorcode.get(number, "went through")


def attempt(name, body, told):
    scope = {{**globals(), **FACTS, "SUPERVISED": str(os.getppid())}}
    source = "def attack():\\n" + "".join("    " + line + "\\n" for line in body.splitlines())
    exec(compile(source, name, "exec"), scope)
    try:
        got = scope["attack"]()
        verdict = "ESCAPED: " + repr(got)[:300] if got else "nothing gained"
    except BaseException as error:
        verdict = "refused: " + type(error).__name__ + ": " + str(error)[:200]
    os.write(told, verdict.encode())


for name, body in PROGRAMS:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(writer, 450, inheritable=False)
        os.close(writer)
        attempt(name, body, 450)
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    verdict = os.read(reader, 10000).decode() or "died"
    os.close(reader)
    print(json.dumps([name, verdict]), flush=True)
'''


class World:
    """Something to steal, to break and to reach; its facts are given to the programs."""

    def __init__(self, directory: Path, cleanups: ExitStack) -> None:
        self.work_dir = directory / "work"
        self._directory, self._cleanups = directory, cleanups
        self.work_dir.mkdir()
        self._plant_secrets()
        self._outside = Path(tempfile.mkdtemp(prefix="autogen-outside-", dir="/var/tmp"))
        cleanups.callback(shutil.rmtree, self._outside, ignore_errors=True)
        self._outside.chmod(0o777)
        self._listeners = self._listen()
        self.victim = subprocess.Popen(
            ["/bin/sh", "-c", "read _", SECRET],
            stdin=subprocess.PIPE,
            env={"PATH": os.defpath, "API_KEY": SECRET},
            start_new_session=True,
        )
        cleanups.callback(self._bury)

    def _plant_secrets(self) -> None:
        for name in ("home/.ssh/id_ed25519", "home/.aws/credentials", "neighbour/plan.txt"):
            file = self._directory / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(SECRET)
        os.environ["SOME_API_KEY"] = SECRET
        self._cleanups.callback(os.environ.pop, "SOME_API_KEY", None)
        left_open = os.open(self._directory / "home/.ssh/id_ed25519", os.O_RDONLY)
        os.set_inheritable(left_open, True)
        self._cleanups.callback(os.close, left_open)

    def _listen(self) -> dict[str, socket.socket]:
        listeners = {
            "a port": _bound(("127.0.0.1", 0)),
            "a datagram port": _bound(("127.0.0.1", 0), socket.AF_INET, socket.SOCK_DGRAM),
            "a UNIX socket": _bound(str(self._directory / "agent.sock"), socket.AF_UNIX),
            "an abstract socket": _bound(f"\0autogen-{os.getpid()}-{self._directory.name}", socket.AF_UNIX),
        }
        for listener in listeners.values():
            self._cleanups.enter_context(listener)
        return listeners

    def _bury(self) -> None:
        self.victim.kill()
        self.victim.communicate()

    @property
    def facts(self) -> dict[str, Any]:
        """What the programs know."""
        return {
            "HOME": str(self._directory / "home"),
            "OUTSIDE": str(self._outside),
            "MARK": self._mark,
            "PORT": self._listeners["a port"].getsockname()[1],
            "DATAGRAM_PORT": self._listeners["a datagram port"].getsockname()[1],
            "UNIX_SOCKET": self._listeners["a UNIX socket"].getsockname(),
            "ABSTRACT_SOCKET": self._listeners["an abstract socket"].getsockname().decode(),
            "VICTIM": self.victim.pid,
        }

    @property
    def _mark(self) -> str:
        return f"autogen-mark-{self._outside.name}"

    def attack(self, programs: Iterable[Hostile], executor: CodeExecutor) -> dict[str, str]:
        """Run programs, each in a process of its own, and return what came of each: `ESCAPED: …` if it got through."""
        listed = json.dumps([(program.name, program.body) for program in programs])
        code = _DRIVER.format(facts=json.dumps(self.facts), programs=listed)
        result = executor.execute_code_blocks([CodeBlock(code, "python")])
        assert result.exit_code == 0, result.output
        lines = [line for line in result.output.splitlines() if line.startswith('["')]
        return dict(json.loads(line) for line in lines)

    def damage(self) -> list[str]:
        """Return what was done, as far as can be seen from here: empty if the world is as it was."""
        seen = [f"reached {name}" for name, listener in self._listeners.items() if _was_reached(listener)]
        if self.victim.poll() is not None:
            seen.append("the victim is dead")
        seen += [f"wrote {path.name} outside" for path in self._outside.iterdir()]
        if Path(f"/tmp/{self._mark}").exists():
            Path(f"/tmp/{self._mark}").unlink()
            seen.append("wrote to /tmp")
        if (self._directory / "beside").exists():
            seen.append("wrote beside the work dir")
        if self.work_dir.is_symlink() or not self.work_dir.is_dir():
            return [*seen, "the work dir is gone"]
        return seen + [f"left {path.name} in the work dir" for path in self.work_dir.iterdir() if _is_dangerous(path)]


@contextmanager
def hostile_world(directory: Path) -> Generator[World]:
    """Make a world in an empty directory."""
    with ExitStack() as cleanups:
        yield World(directory, cleanups)


def _bound(address: Any, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM) -> socket.socket:
    listener = socket.socket(family, kind)
    listener.bind(address)
    if kind == socket.SOCK_STREAM:
        listener.listen(16)
    listener.setblocking(False)
    return listener


def _was_reached(listener: socket.socket) -> bool:
    try:
        if listener.type == socket.SOCK_DGRAM:
            listener.recv(100)
        else:
            listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _is_dangerous(path: Path) -> bool:
    mode = path.lstat().st_mode
    if path.name == "mine" and path.lstat().st_uid == 0:
        return True
    return bool(mode & (stat.S_ISUID | stat.S_ISGID)) or stat.S_ISBLK(mode) or stat.S_ISCHR(mode)


def attacked_by_an_ordinary_user(directory: Path, sandbox: Any = "auto") -> tuple[dict[str, str], list[str]]:
    """Return verdicts and damage of all programs in a sandbox that an ordinary user started."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(directory),
        "PYTHONPATH": f"{_REPOSITORY / 'src'}:{_REPOSITORY}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [*_AS_NOBODY, _python_of_everyone(), "-m", "tests.coding.hostile_world", str(directory), sandbox],
        env=environment, cwd=directory, capture_output=True, text=True, timeout=50, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    verdicts, damage = json.loads(done.stdout)
    return verdicts, damage


def _python_of_everyone() -> str:
    """Return an interpreter that strangers may run, on sources that they may read."""
    check = f"import sys; open({str(_REPOSITORY / 'src/autogen/__init__.py')!r}); sys.exit(sys.version_info < (3, 11))"
    for interpreter in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([*_AS_NOBODY, interpreter, "-c", check], capture_output=True, check=False).returncode == 0:
            return interpreter
    import pytest  # noqa: PLC0415 - not there for the ordinary user's interpreter

    raise pytest.skip.Exception("no interpreter of 3.11 or newer, or not the sources, can be read by an ordinary user")


def main(directory: Path, sandbox: Any) -> None:
    """Run all programs in the sandbox, as the user that runs this, and print verdicts and damage."""
    from tests.coding.hostile_programs import ALL  # noqa: PLC0415 - only here

    with hostile_world(directory) as world:
        verdicts = world.attack(ALL, LocalCommandLineCodeExecutor(work_dir=world.work_dir, sandbox=sandbox))
        sys.stdout.write(json.dumps([verdicts, world.damage()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
