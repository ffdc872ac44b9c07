"""Every snippet of README and docs runs, offline, and prints what the page shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, blocks_of, is_shown

_TIME_LIMIT_S = 60
_AUTOGEN = "import sys; sys.argv[0] = 'autogen'; from autogen.apps.cli import main; sys.exit(main())"
_CHEAP = re.compile(r"^autogen (?:--\w+|\w+ --help)$")
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#)(?P<target>[^)#\s]+)")


def names(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


def run(arguments: list[str], folder: Path, words: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "NO_COLOR": "1", "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        input=words,
        capture_output=True,
        text=True,
        timeout=_TIME_LIMIT_S,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_the_python_of_a_page_runs_and_prints_what_the_page_shows(page: Path, tmp_path: Path):
    blocks = [block for block in blocks_of(page) if block.language == "python" and not block.quotes]
    if not blocks:
        pytest.skip("no python here")
    told = {"page": str(page.relative_to(ROOT)), "blocks": [block.to_dict() for block in blocks]}
    ended = run(["-m", "tests.docs.run_page"], tmp_path, json.dumps(told))
    assert ended.returncode == 0, ended.stderr
    for block, printed in zip(blocks, json.loads(ended.stdout), strict=True):
        if block.shows is not None and not is_shown(block.shows, printed):
            assert printed.strip() == block.shows.strip(), f"{told['page']}:{block.line} prints something else"


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_what_a_page_quotes_stands_in_the_code(page: Path):
    for block in blocks_of(page):
        for source in block.quotes:
            assert block.text.strip() in (ROOT / "src" / "autogen" / source).read_text(encoding="utf-8"), (
                f"{page.name}:{block.line}"
            )


COMMANDS = sorted(
    {
        line
        for page in PAGES
        for block in blocks_of(page)
        if block.language == "sh"
        for line in block.text.splitlines()
        if _CHEAP.match(line)
    }
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_pages_works(command: str, tmp_path: Path):
    ended = run(["-c", _AUTOGEN, *shlex.split(command)[1:]], tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip()


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_the_links_of_a_page_lead_somewhere(page: Path):
    targets = [found["target"] for found in _LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []
