"""Where code may run on this machine: found by trying, refused with the ways out, never weaker than asked."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor
from autogen.coding.places.bubblewrap import Bubblewrap
from autogen.coding.places.finding import choose_interpreter, why_not_work_in
from autogen.coding.places.interpreter import Interpreter, interpreter_of, system_interpreter
from autogen.coding.places.place import Caps, Command
from autogen.coding.places.reach import namespace_with
from autogen.coding.places.seccomp import filter_program
from autogen.coding.places.staging import Staging, closed_parent, let_in
from autogen.coding.places.supervisor import run_command
from autogen.errors import CodeError, SandboxUnavailable
from tests.coding.conftest import run

if TYPE_CHECKING:
    from tests.coding.conftest import Make

IS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not IS_ROOT, reason="what root does with its rights")
SOURCES = Path(__file__).parents[2] / "src"

MEANINGS = {
    "bwrap: setting up uid map: Permission denied": "only listed programs make user namespaces",
    "bwrap: No permissions to create new namespace": "user namespaces are turned off here",
    "bwrap: Creating new namespace failed: nesting depth or max namespaces exceeded": "no further user namespaces",
    "bwrap: Can't mount proc on /newroot/proc: Operation not permitted": "hides parts of /proc",
    "bwrap: Unknown option --disable-userns": "too old",
    "bwrap: execvp prlimit: No such file or directory": "a program it needs",
    "something new": "does not work here: .*something new.* Ways out: make bubblewrap work; or",
}


def only_program(directory: Path, name: str, text: str) -> Path:
    program = directory / name
    program.write_text(text)
    program.chmod(0o755)
    return program


def test_without_bubblewrap_nothing_runs_and_the_ways_out_are_named(
    make: Make, work_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(work_dir))
    with pytest.raises(SandboxUnavailable) as refused:
        run(make(sandbox="bubblewrap"), "open('ran', 'w')")
    words = str(refused.value)
    assert "bubblewrap is not installed" in words
    assert "install bubblewrap" in words
    assert "sandbox='none', accept_no_isolation=True" in words
    assert "code_execution_config=False" in words
    assert list(work_dir.iterdir()) == []


def test_the_command_that_installs_it_is_this_machines(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    only_program(tmp_path, "pacman", "")
    with pytest.raises(SandboxUnavailable, match="sudo pacman -S bubblewrap"):
        run(make(sandbox="bubblewrap"), "pass")


@pytest.mark.parametrize("words", MEANINGS)
def test_what_bubblewrap_says_is_explained(
    open_directory: Path, make: Make, monkeypatch: pytest.MonkeyPatch, words: str
):
    only_program(open_directory, "bwrap", f'#!/bin/sh\necho "{words}" >&2\nexit 1\n')
    monkeypatch.setenv("PATH", f"{open_directory}:{os.environ['PATH']}")
    with pytest.raises(SandboxUnavailable, match=MEANINGS[words]):
        run(make(sandbox="bubblewrap"), "pass")
    consented = run(make(sandbox="bubblewrap", accept_no_isolation=True), "print('ran')")
    assert (consented.output, consented.place) == ("ran\n", "bare process")


def test_a_bubblewrap_that_says_nothing_is_not_trusted(
    open_directory: Path, make: Make, monkeypatch: pytest.MonkeyPatch
):
    only_program(open_directory, "bwrap", "#!/bin/sh\nexit 0\n")  # would "succeed" without having contained anything
    monkeypatch.setenv("PATH", f"{open_directory}:{os.environ['PATH']}")
    with pytest.raises(SandboxUnavailable, match="could not start the code"):
        run(make(sandbox="bubblewrap"), "pass")


def test_a_missing_tool_is_named(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bubblewrap = shutil.which("bwrap")
    assert bubblewrap
    (tmp_path / "bwrap").symlink_to(bubblewrap)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match=r"prlimit.* \(of util-linux\) is not installed"):
        run(make(sandbox="bubblewrap"), "pass")


def test_a_sandbox_that_vanishes_is_not_replaced(make: Make, monkeypatch: pytest.MonkeyPatch, open_directory: Path):
    bubblewrap = shutil.which("bwrap")
    assert bubblewrap
    shutil.copy(bubblewrap, open_directory / "bwrap")
    monkeypatch.setenv("PATH", f"{open_directory}:{os.environ['PATH']}")
    executor = make(accept_no_isolation=True)
    assert run(executor, "print(1)").place == "bubblewrap"
    (open_directory / "bwrap").unlink()
    with pytest.raises((CodeError, OSError)):
        run(executor, "print(1)")


def test_a_work_dir_of_the_users_is_fine(work_dir: Path):
    assert why_not_work_in(work_dir) is None


def test_an_interpreter_out_of_reach_gives_way_to_the_systems(open_directory: Path):
    home_python = Interpreter("/home/someone/python", "/home/someone", ())
    sandbox = Bubblewrap("bwrap")
    context = type("Context", (), {"env_exe": str(open_directory / "bin/python"), "env_dir": str(open_directory)})
    assert interpreter_of(context).roots == (open_directory,)
    assert home_python.roots == ()
    if Path(sys.executable).resolve().is_relative_to("/root") and IS_ROOT:
        assert choose_interpreter(Bubblewrap("bwrap", Staging(can_mount=False)), None) == system_interpreter()
    assert choose_interpreter(sandbox, context) == interpreter_of(context)


def test_an_environment_under_the_whole_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    context = type("Context", (), {"env_exe": str(tmp_path / "bin/python"), "env_dir": str(tmp_path)})
    with pytest.raises(CodeError, match="out of the sandbox's reach"):
        choose_interpreter(Bubblewrap("bwrap"), context)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_there_is_a_filter_for_common_machines(machine: str):
    program = filter_program(machine)
    assert program is not None
    assert len(program) % 8 == 0
    assert len(program) // 8 < 4096  # the kernel takes no longer one


def test_a_machine_without_a_filter_says_so(monkeypatch: pytest.MonkeyPatch, make: Make):
    assert filter_program("riscv64") is None
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    result = run(make(), "print('hello')")
    assert (result.output, result.place) == ("hello\n", "bubblewrap without system-call filter")


async def test_a_command_that_is_not_there_is_an_exit_code_of_the_sandbox(work_dir: Path):
    bubblewrap = shutil.which("bwrap")
    assert bubblewrap
    if IS_ROOT:
        let_in(work_dir)
    place = Bubblewrap(bubblewrap, Staging(can_mount=True) if IS_ROOT else None)
    outcome = await run_command(place, Command(("no-such-program",), work_dir, 5), Caps())
    assert outcome.exit_code in {126, 127}
    assert "no-such-program" in outcome.stderr


@only_root
def test_root_that_may_not_mount_says_which_directory_is_closed(tmp_path: Path, open_directory: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "work").mkdir()
    with pytest.raises(CodeError, match="may not enter"):
        Staging(can_mount=False).sources([closed / "work"])
    assert Staging(can_mount=False).sources([open_directory]) == {open_directory: open_directory}
    assert closed_parent(open_directory) is None


@only_root
def test_root_that_may_not_mount_runs_code_where_strangers_may_go(open_directory: Path):
    script = (
        "from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor\n"
        "executor = LocalCommandLineCodeExecutor(work_dir='work')\n"
        "result = executor.execute_code_blocks([CodeBlock('import os; print(os.getuid())', 'python')])\n"
        "print(result.place, result.output)"
    )
    interpreter = sys.executable if closed_parent(Path(sys.executable).resolve()) is None else "/usr/bin/python3"
    done = subprocess.run(
        [
            str(shutil.which("setpriv")),
            "--bounding-set=-sys_admin",
            "--inh-caps=-sys_admin",
            "env",
            interpreter,
            "-c",
            script,
        ],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), "HOME": "/root"},
        cwd=open_directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("bubblewrap 65533\n\n", "")


@only_root
def test_root_opens_the_work_dir_to_the_sandbox_and_keeps_what_others_may(work_dir: Path):
    (work_dir / "sub").mkdir()
    (work_dir / "sub/tool").write_text("")
    (work_dir / "sub/tool").chmod(0o750)
    (work_dir / "sub/secret").write_text("")
    (work_dir / "sub/secret").chmod(0o600)
    (work_dir / "link").symlink_to("/etc/passwd")
    os.mkfifo(work_dir / "pipe")
    let_in(work_dir)
    let_in(work_dir)
    attributes = {path.name: os.listxattr(path) for path in work_dir.rglob("*") if not path.is_symlink()}
    access = "system.posix_acl_access"
    assert attributes == {"sub": [access, "system.posix_acl_default"], "tool": [access], "secret": [access], "pipe": []}
    assert (work_dir / "sub/secret").stat().st_mode & 0o007 == 0
    assert os.listxattr("/etc/passwd") == []


@only_root
def test_files_made_by_code_belong_to_the_sandbox_and_can_be_used_by_all_runs(make: Make, work_dir: Path):
    executor = make()
    assert run(executor, "import os; os.mkdir('d'); open('d/x', 'w').write('1')").exit_code == 0
    assert (work_dir / "d/x").stat().st_uid == 65533
    blocks = [CodeBlock("open('d/x', 'a').write('2')", "python")]
    assert LocalCommandLineCodeExecutor(work_dir=work_dir).execute_code_blocks(blocks).exit_code == 0
    assert (work_dir / "d/x").read_text() == "12"


@only_root
def test_a_directory_that_takes_the_name_of_another_is_the_one_that_code_sees(make: Make, work_dir: Path):
    executor = make()
    run(executor, "open('old', 'w').close()")
    work_dir.rename(work_dir.with_name("kept"))
    assert run(executor, "import os; print(sorted(os.listdir('.'))[0][:8])").output == "tmp_code\n"
    assert (work_dir.with_name("kept") / "old").exists()


@only_root
def test_many_closed_work_dirs_do_not_use_up_descriptors(tmp_path: Path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(80):
        (tmp_path / str(number)).mkdir()
        namespace_with([tmp_path / str(number)])
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 64
    with pytest.raises(CodeError, match=r"cannot be brought within its reach: .*mount"):
        namespace_with([Path("/proc/self/ns/mnt")])
