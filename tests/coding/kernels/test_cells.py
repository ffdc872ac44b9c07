"""What a cell prints, shows and leaves: in order, within bounds, and with its variables kept for the next."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autogen.coding import Caps, CodeBlock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.coding.kernels.conftest import Lab

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
SHOW = "from IPython.display import SVG, HTML, Image, display\n"
CIRCLE = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>'


def test_variables_imports_and_the_directory_live_on(kernel: Lab):
    kernel.run("import os, math\nos.makedirs('sub', exist_ok=True)\nos.chdir('sub')", "radius = 2")
    assert (
        kernel.says("print(round(math.pi * radius, 2), os.path.basename(os.getcwd()))\nos.chdir('..')") == "6.28 sub\n"
    )


def test_the_value_of_the_last_line_is_told(kernel: Lab):
    assert kernel.says("x = 20\nx + 1") == "21\n"
    assert kernel.says("x + 1;") == ""


def test_all_output_is_told_in_the_order_in_which_it_was_printed(kernel: Lab):
    program = (
        "import os, sys\nprint('a')\nprint('b', file=sys.stderr)\nos.system('echo c')\nos.write(1, b'd\\n')\nprint('e')"
    )
    assert kernel.says(f"{program};") == "a\nb\nc\nd\ne\n"


def test_what_is_shown_stands_between_what_is_printed(kernel: Lab):
    program = f"{SHOW}print(1); display(SVG({CIRCLE!r})); print(2); display(HTML('<b>3</b>')); print('end')\n40 + 2"
    result = kernel.run(program)
    svg, html = result.output_files
    assert result.output == f"1\nImage data saved to {svg}\n2\nHTML data saved to {html}\nend\n42\n"
    assert [Path(svg).read_text(), Path(html).read_text()] == [CIRCLE, "<b>3</b>"]
    assert [artefact.media_type for artefact in result.artefacts] == ["image/svg+xml", "text/html"]


@pytest.mark.parametrize(("kind", "ending"), [("png", "png"), ("jpeg", "jpg")])
def test_a_picture_is_saved_once_whatever_its_kind(kernel: Lab, kind: str, ending: str):
    program = f"{SHOW}for _ in range(2): display(Image({PNG!r}, format={kind!r}))"
    result = kernel.run(program)
    (file,) = result.output_files
    assert Path(file).suffix == f".{ending}"
    assert Path(file).read_bytes() == PNG
    assert result.output.count(f"Image data saved to {file}") == 2


def test_a_table_is_told_as_text_and_saved_as_html(kernel: Lab):
    table = "class Table:\n    def __repr__(self): return 'a b'\n    def _repr_html_(self): return '<table/>'\nTable()"
    result = kernel.run(table)
    assert result.output == f"a b\nHTML data saved to {result.output_files[0]}\n"


def test_pictures_go_to_a_directory_of_their_own_if_one_is_given(make: Callable[..., Lab], tmp_path: Path):
    lab = make(output_dir=tmp_path / "shown" / "here")
    result = lab.run(f"{SHOW}display(SVG({CIRCLE!r}))")
    assert [Path(file).parent for file in result.output_files] == [tmp_path / "shown" / "here"]
    assert list(lab.work_dir.iterdir()) == []


def test_a_link_in_the_place_of_a_picture_is_replaced_not_followed(kernel: Lab, tmp_path: Path):
    show = f"{SHOW}display(SVG({CIRCLE!r}))"
    (file,) = kernel.run(show).output_files
    victim = tmp_path / "victim"
    victim.write_text("mine")
    kernel.run(f"import os\nos.remove({file!r}); os.symlink({str(victim)!r}, {file!r})", show)
    assert victim.read_text() == "mine"
    assert Path(file).read_text() == CIRCLE


def test_a_picture_that_is_none_is_no_exception(kernel: Lab):
    program = "from IPython.display import display\ndisplay({'image/png': '!', 'text/plain': 'x'}, raw=True)"
    assert kernel.run(program).output.startswith("x\n(image/png that cannot be saved: ")


def test_a_traceback_is_plain_text_that_shows_the_line(kernel: Lab):
    result = kernel.run("print('before')\ndef halve(x):\n    return x / 0\nhalve(1)", "print('never')")
    assert result.exit_code == 1
    assert result.output.startswith("before\nZeroDivisionError")
    assert "return x / 0" in result.output
    assert result.output.endswith("ZeroDivisionError: division by zero\n")
    assert "\x1b" not in result.output


def test_a_block_that_is_no_python_says_where(kernel: Lab):
    result = kernel.run("x = = 1")
    assert (result.exit_code, "SyntaxError" in result.output) == (1, True)


@pytest.mark.parametrize(
    ("ending", "exit_code"), [("sys.exit()", 0), ("sys.exit(3)", 3), ("sys.exit('no')", 1), ("exit()", 0)]
)
def test_a_block_may_end_itself_as_programs_do(kernel: Lab, ending: str, exit_code: int):
    kernel.run("here = 1")
    result = kernel.run(f"import sys\n{ending}\nprint('never')")
    assert (result.exit_code, result.output) == (exit_code, "no\n" if "no" in ending else "")
    assert kernel.says("here") == "1\n"


def test_long_output_is_cut_in_the_middle_and_what_was_shown_is_kept(make: Callable[..., Lab]):
    lab = make(caps=Caps(kept_output_bytes=1000))
    result = lab.run(f"{SHOW}print('first'); display(SVG({CIRCLE!r}))\nprint('x' * 100_000)\nprint('last')")
    head, note, tail = result.output.partition("\n[… ")
    assert head.startswith(f"first\nImage data saved to {result.output_files[0]}\nxxx")
    assert "bytes of output are left out here" in note + tail
    assert result.output.endswith("x\nlast\n")
    assert len(result.output) < 1500


def test_a_gigabyte_of_output_costs_no_memory_and_no_variables(kernel: Lab):
    kernel.run("import os\nhere = 'kept'\nchunk = b'x' * 1_000_000")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = kernel.run("for _ in range(1000): os.write(1, chunk)")
    assert result.exit_code == 137
    assert result.output.endswith("The code was stopped: it printed more than 64 MB. The variables are kept.\n")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kilobytes
    assert kernel.says("here") == "'kept'\n"


def test_a_display_that_is_too_large_is_left_out_and_said_so(kernel: Lab):
    output = kernel.says("from IPython.display import display\ndisplay({'text/html': 'x' * 20_000_001}, raw=True)")
    assert output == "(not shown: it has 20000001 bytes, more than 20000000)\n"


def test_a_thousand_displays_are_bounded(kernel: Lab):
    result = kernel.run("from IPython.display import display\nfor n in range(1000): display(n)")
    assert result.exit_code == 0
    assert result.output.startswith("0\n1\n2\n")
    assert "more were shown than are kept" in result.output


def test_help_is_told(kernel: Lab):
    assert "the sum of" in kernel.says("sum?").lower()


def test_shell_blocks_run_beside_it_in_the_same_directory(kernel: Lab):
    kernel.run("open('data.txt', 'w').write('from python');")
    result = kernel.run("cat data.txt; echo; exit 4", language="bash")
    assert (result.exit_code, result.output) == (4, "from python\n")


def test_blocks_of_several_languages_share_one_execution(kernel: Lab):
    blocks = [CodeBlock("x = 1", ""), CodeBlock("echo shell", "sh"), CodeBlock("print(x)", "py")]
    assert kernel.executor.execute_code_blocks(blocks).output == "shell\n1\n"


def test_pip_is_made_quiet_as_in_the_classic(kernel: Lab):
    kernel.run("%pip install --no-index nothing")
    assert "'install -qqq --no-index nothing'" in kernel.says("In[-2]")


def test_a_package_that_is_missing_is_told_with_those_that_are_there(kernel: Lab):
    result = kernel.run("import pandas_that_is_not_there")
    assert "Note: the code runs without network, so nothing can be installed or downloaded." in result.output


def test_a_kernel_has_the_data_and_the_hosts_that_it_may_have_and_no_others(make: Callable[..., Lab], tmp_path: Path):
    (tmp_path / "data.txt").write_text("given")
    lab = make(network=["allowed.example"], readable={str(tmp_path / "data.txt"): "/data/given.txt"})
    result = lab.run("print(open('/data/given.txt').read())\nopen('/data/given.txt', 'w')")
    assert (result.exit_code, result.output.startswith("given\n")) == (1, True)
    assert "Read-only file system" in result.output
    assert "403" in lab.run("import urllib.request\nurllib.request.urlopen('http://elsewhere.example')").output
    around = "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)"
    assert "Network is unreachable" in lab.run(around).output
    assert lab.says("here = 1; here") == "1\n"


def test_functions_of_the_user_can_be_imported(make: Callable[..., Lab]):
    def double(x: int) -> int:
        return 2 * x

    assert make(functions=[double]).says("from functions import double\ndouble(21)") == "42\n"


def test_a_file_of_the_work_dir_hides_no_module_that_the_kernel_needs(make: Callable[..., Lab]):
    lab = make()
    (lab.work_dir / "json.py").write_text("raise ImportError('not this one')")
    (lab.work_dir / "mine.py").write_text("answer = 42")
    assert lab.says("import mine\nmine.answer") == "42\n"


def test_pictures_of_matplotlib_would_be_sent_by_its_inline_backend(kernel: Lab):
    assert "inline" in kernel.says("import os; print(os.environ['MPLBACKEND'])")
