"""Data that code may read, under its own name or another, and never write."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor
from autogen.errors import CodeError
from tests.coding.conftest import need_landlock, run

if TYPE_CHECKING:
    from tests.coding.conftest import Make

IS_ROOT = os.geteuid() == 0
CHANGES = """
import os
for change in (lambda: open(PATH, 'a'), lambda: os.remove(PATH), lambda: os.rename(PATH, 'mine')):
    try: change()
    except OSError: print('refused')
"""


@pytest.fixture
def data(open_directory: Path) -> Path:
    directory = open_directory / "data"
    directory.mkdir()
    (directory / "sales.csv").write_text("1,2")
    (directory / "sub").mkdir()
    (directory / "sub/more.csv").write_text("3,4")
    return directory


def refused(path: Path | str) -> str:
    return CHANGES.replace("PATH", repr(str(path)))


def test_a_directory_is_read_under_its_own_name_and_not_written(make: Make, data: Path):
    executor = make(readable=[data])
    assert (
        run(executor, f"print(open('{data}/sales.csv').read(), open('{data}/sub/more.csv').read())").output
        == "1,2 3,4\n"
    )
    assert run(executor, refused(data / "sales.csv")).output == "refused\n" * 3
    assert run(executor, f"open('{data}/new', 'w')").exit_code == 1
    assert (data / "sales.csv").read_text() == "1,2"


def test_files_and_directories_may_have_other_names(make: Make, data: Path):
    executor = make(readable={data: "/data/in", str(data / "sales.csv"): "/input.csv"})
    program = "import os; print(open('/data/in/sub/more.csv').read(), open('/input.csv').read(), os.listdir('/data'))"
    assert run(executor, program).output == "3,4 1,2 ['in']\n"
    assert run(executor, refused("/input.csv")).output == "refused\n" * 3
    assert run(executor, f"open({str(data / 'sales.csv')!r})").exit_code == 1


def test_a_file_in_a_closed_directory_can_be_given(make: Make, tmp_path: Path):
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed/one.txt").write_text("one")
    (tmp_path / "closed/two.txt").write_text("two")
    executor = make(readable=[tmp_path / "closed/one.txt"])
    program = f"import os; print(os.listdir('{tmp_path}/closed'), open('{tmp_path}/closed/one.txt').read())"
    assert run(executor, program).output == "['one.txt'] one\n"


def test_what_lies_in_the_work_dir_can_be_kept_from_being_written(make: Make, work_dir: Path):
    (work_dir / "given").mkdir()
    (work_dir / "given/x").write_text("x")
    executor = make(readable=[work_dir / "given"])
    assert run(executor, f"open('y', 'w')\n{refused('given/x')}").output == "refused\n" * 3


def test_a_link_in_the_data_leads_nowhere(make: Make, data: Path, tmp_path: Path):
    (tmp_path / "secret").write_text("secret")
    (data / "link").symlink_to(tmp_path / "secret")
    assert run(make(readable=[data]), f"open('{data}/link')").exit_code == 1


def test_the_weaker_sandbox_shows_data_under_their_own_names(make_landlocked: Make, data: Path):
    executor = make_landlocked(readable=[data])
    assert run(executor, f"print(open('{data}/sub/more.csv').read())").output == "3,4\n"
    assert run(executor, refused(data / "sales.csv")).output == "refused\n" * 3
    with pytest.raises(CodeError, match=r"Landlock cannot show .* under another name .*give readable=\["):
        run(make_landlocked(readable={data: "/data"}), "pass")


def test_the_weaker_sandbox_says_what_it_cannot_hold(open_directory: Path, data: Path):
    need_landlock()
    executor = LocalCommandLineCodeExecutor(work_dir=open_directory, sandbox="landlock", readable=[data])
    with pytest.raises(CodeError, match=r"cannot keep .* from being written: it lies in the work dir"):
        executor.execute_code_blocks([CodeBlock("pass", "python")])


def test_a_bare_process_reads_it_anyway_but_under_no_other_name(make: Make, data: Path):
    bare: dict[str, Any] = {"sandbox": "none", "accept_no_isolation": True}
    assert run(make(**bare, readable=[data]), f"print(open('{data}/sales.csv').read())").output == "1,2\n"
    with pytest.raises(CodeError, match="A bare process cannot show"):
        run(make(**bare, readable={data: "/data"}), "pass")


@pytest.mark.skipif(not IS_ROOT, reason="what root does with its rights")
def test_root_is_told_that_its_code_runs_as_one_who_may_not_read(make: Make, data: Path):
    (data / "sales.csv").chmod(0o600)
    with pytest.raises(CodeError, match=r"As root, code runs as a user who may not read .*chmod -R o\+rX"):
        run(make(readable=[data / "sales.csv"]), "pass")


@pytest.mark.parametrize(
    ("readable", "words"),
    [
        ("/somewhere", r"give a list of paths"),
        (["/not/there"], r"'/not/there' cannot be read: No such file"),
        (["/dev/null"], r"'/dev/null' is neither a file nor a directory"),
        ([str(Path.home())], r"holds your home directory, keys included"),
        (["/"], r"holds your home directory, keys included"),
        ({"/opt": "data"}, r"the name 'data' for '/opt' must be absolute, such as '/data/data'"),
        ({"/opt": "/a/../etc"}, r"must be absolute"),
        ({"/opt": "/etc/data"}, r"belongs to the system; take '/data/data'"),
        ({"/opt": "/"}, r"must be absolute"),
    ],
)
def test_what_cannot_be_given_is_refused(readable: Any, words: str):
    with pytest.raises(ValueError, match=words):
        LocalCommandLineCodeExecutor(readable=readable)


def test_a_socket_is_no_data(tmp_path: Path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "engine.sock"))
        with pytest.raises(ValueError, match="neither a file nor a directory"):
            LocalCommandLineCodeExecutor(readable=[tmp_path / "engine.sock"])
