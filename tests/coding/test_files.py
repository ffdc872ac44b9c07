"""Where blocks are saved: under the name that their first line asks for, in the work dir only, whatever lies in wait there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor
from autogen.errors import CodeError
from tests.coding.conftest import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.coding.conftest import Make

NAMES = {
    "# filename: plot.py": "plot.py",
    "# filename:plot.py": "plot.py",
    "# Filename: plot.py": "plot.py",
    "# file name: plot.py": "plot.py",
    "# filename: `plot.py`": "plot.py",
    "# filename: my plot.py": "my plot.py",
    "# filename: Makefile": "Makefile",
    "# plot.py": "plot.py",
    "#plot.py": "plot.py",
    "# deep/er/plot.py": "deep/er/plot.py",
    "# filename: ./plot.py": "plot.py",
    "# filename: deep\\plot.py": "deep/plot.py",
    "// filename: plot.js": "plot.js",
    "/* filename: plot.js */": "plot.js",
    "<!-- filename: page.html -->": "page.html",
    "  # filename: plot.py  ": "plot.py",
    "# filename: grüße.py": "grüße.py",
}
SENTENCES = [
    "# This prints 1.",
    "# Step 1: load data.csv",
    "# v1.2",
    "# filename:",
    "#",
    "print(1)  # plot.py",
    "# e.g. this",
]
OUTSIDE = ["../x.py", "/tmp/x.py", "a/../../x.py", "..", "C:\\x.py", "c:x.py", "..\\x.py", "deep/../../x.py"]
UNUSABLE = ["a" * 256 + ".py", "\x07bell.py", "a\u202eb.py", "."]


@pytest.mark.parametrize("first_line", NAMES)
def test_the_first_line_may_name_the_file(make: Make, work_dir: Path, first_line: str):
    result = make(execution_policies={"text": False}).execute_code_blocks([CodeBlock(f"{first_line}\nrest", "text")])
    assert (result.exit_code, result.code_file) == (0, str(work_dir / NAMES[first_line]))
    assert (work_dir / NAMES[first_line]).read_text() == f"{first_line}\nrest"


@pytest.mark.parametrize("first_line", SENTENCES)
def test_a_sentence_names_no_file(make: Make, first_line: str):
    result = make(execution_policies={"text": False}).execute_code_blocks([CodeBlock(first_line, "text")])
    assert "/tmp_code_" in str(result.code_file)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_out_is_refused_and_nothing_runs(make_anywhere: Make, tmp_path: Path, name: str):
    result = run(make_anywhere(), f"# filename: {name}\nopen('ran', 'w')")
    assert (result.exit_code, result.output, result.code_file) == (1, "Filename is not in the workspace", None)
    assert [path.name for path in tmp_path.rglob("*")] == ["work"]


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_name_that_is_none_is_told_to_the_model(make: Make, work_dir: Path, name: str):
    result = run(make(), f"# filename: {name}\nopen('ran', 'w')")
    assert result.exit_code == 1
    assert result.output.startswith("Filename is not usable: ")
    assert list(work_dir.iterdir()) == []


def test_the_same_code_gets_the_same_file(make: Make):
    executor = make()
    assert run(executor, "print(1)").code_file == run(executor, "print(1)").code_file


def test_a_file_is_not_written_through_a_link(make: Make, work_dir: Path, tmp_path: Path):
    precious = tmp_path / "precious.py"
    precious.write_text("precious")
    (work_dir / "plot.py").symlink_to(precious)
    assert run(make(), "# filename: plot.py\nprint('ran')").output == "ran\n"
    assert precious.read_text() == "precious"
    assert not (work_dir / "plot.py").is_symlink()


def test_a_file_is_not_written_through_a_directory_that_is_a_link(make: Make, work_dir: Path, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (work_dir / "deep").symlink_to(tmp_path / "elsewhere")
    result = run(make(), "# filename: deep/plot.py\nprint('ran')")
    assert result.exit_code == 1
    assert result.output.startswith("Filename is not in the workspace: deep/plot.py (")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_links_that_code_leaves_do_not_lead_the_framework_out(make: Make, work_dir: Path, tmp_path: Path):
    executor = make()
    (tmp_path / "elsewhere").mkdir()
    trap = f"import os\nos.symlink({str(tmp_path / 'elsewhere')!r}, 'deep')\nos.symlink('/etc/passwd', 'x.py')"
    assert run(executor, trap).exit_code == 0
    assert run(executor, "# filename: deep/x.py\nprint(1)").exit_code == 1
    assert run(executor, "# filename: x.py\nprint(2)").output == "2\n"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_pipe_or_a_directory_of_the_name_holds_nobody_up(make: Make, work_dir: Path):
    executor = make()
    os.mkfifo(work_dir / "pipe.py")
    (work_dir / "directory.py").mkdir()
    (work_dir / "file").write_text("")
    assert run(executor, "# filename: pipe.py\nprint(1)").output == "1\n"
    assert run(executor, "# filename: directory.py\nprint(1)").exit_code == 1
    assert run(executor, "# filename: file/plot.py\nprint(1)").exit_code == 1
    assert sorted(path.name for path in work_dir.iterdir()) == ["directory.py", "file", "pipe.py"]


def test_traps_for_the_eyes_of_the_framework_are_ordinary_files(make: Make, work_dir: Path):
    executor = make()
    trap = (
        "import os\nos.mkfifo('pipe')\nos.symlink('.', 'circle')\nos.symlink('/', 'root')\nos.mkdir('closed', 0)\n"
        "deep = 'd'\nfor _ in range(60):\n    os.mkdir(deep); deep += '/d'\n"
        "open(b'\\xff\\n\\x1b[2J', 'w')\nos.truncate(os.open('sparse', os.O_CREAT | os.O_RDWR), 400_000_000)"
    )
    assert run(executor, trap).exit_code == 0
    assert run(executor, "print('next')").output == "next\n"


@pytest.mark.parametrize("directory", ["/", "/tmp", "/usr", "/etc", "/dev/shm", "/run"])
def test_a_work_dir_that_must_not_be_handed_over_is_refused(directory: str):
    executor = LocalCommandLineCodeExecutor(work_dir=directory)
    with pytest.raises(CodeError, match="code may do what it likes there"):
        run(executor, "print(1)")


def test_the_home_directory_is_refused_as_a_work_dir(
    make: Make, work_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for home in (work_dir, work_dir / "user"):
        monkeypatch.setenv("HOME", str(home))
        with pytest.raises(CodeError, match="home directory"):
            run(make(), "print(1)")


def test_a_work_dir_is_made_in_a_directory_that_exists(tmp_path: Path):
    LocalCommandLineCodeExecutor(work_dir=tmp_path / "new")
    assert (tmp_path / "new").is_dir()
    with pytest.raises(FileNotFoundError):
        LocalCommandLineCodeExecutor(work_dir=tmp_path / "no/such")


def test_a_work_dir_that_is_removed_is_made_again(make: Make, work_dir: Path):
    executor = make()
    assert run(executor, "print(1)").output == "1\n"
    for path in work_dir.iterdir():
        path.unlink()
    work_dir.rmdir()
    assert run(executor, "print(2)").output == "2\n"


def test_a_work_dir_may_be_a_link(tmp_path: Path, work_dir: Path):
    (tmp_path / "link").symlink_to(work_dir)
    result = run(LocalCommandLineCodeExecutor(work_dir=tmp_path / "link"), "import os; print(os.getcwd())")
    assert result.output == f"{work_dir}\n"


def test_code_written_by_the_host_is_what_runs_whatever_becomes_of_the_file(make: Make, work_dir: Path):
    program = "import os, time\nopen('me.py', 'a')"
    result = run(make(), "# filename: me.py\n" + program)
    assert "Read-only file system" in result.output
    assert (work_dir / "me.py").read_text() == "# filename: me.py\n" + program
