"""Warnings about code before it runs, by a static analyser (Bandit): for whoever approves. They contain nothing.

An analyser sees patterns. Code without a warning may do anything, and what it may do is for the sandbox to say.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from autogen.coding.languages import language_of, refuse_dangers
from autogen.coding.places.place import MEGABYTE, Caps, Command
from autogen.errors import CodeError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from autogen.coding.executor import CodeBlock

    Reviewer = Callable[[list[CodeBlock]], "Sequence[CodeWarning] | Awaitable[Sequence[CodeWarning]]"]

_CAPS = Caps(memory_bytes=1_000 * MEGABYTE, kept_output_bytes=8 * MEGABYTE)
_LONGEST_S = 20.0
_SEVERITIES = ("high", "medium", "low")
_MOST = 50


@dataclass(frozen=True, slots=True)
class CodeWarning:
    """Something in the code that one might look at.

    Args:
        block: which block, from 1.
        line: of the block, from 1; 0 for the block as a whole.
        severity: "high", "medium" or "low".
        rule: the analyser's name for it, such as "B602"; empty if it has none.
        words: what it is.
    """

    block: int
    line: int
    severity: str
    rule: str
    words: str

    def __str__(self) -> str:
        where = f"block {self.block}, line {self.line}" if self.line else f"block {self.block}"
        rule = f" [{self.rule}]" if self.rule else ""
        return f"{self.severity}: {where}: {self.words}{rule}"


async def review(code_blocks: Sequence[CodeBlock]) -> tuple[CodeWarning, ...]:
    """Return what Bandit says of Python blocks, and what is known of a few shell commands; the gravest first.

    Bandit runs as a process of its own, within bounds; comments in the code that ask it to be silent are not heeded.

    Raises:
        MissingExtra: the extra `review` is not installed.
    """
    check_extra()
    found = [*_of_shells(code_blocks), *await _of_python(code_blocks)]
    found.sort(key=lambda each: (_SEVERITIES.index(each.severity), each.block, each.line))
    return tuple(found[:_MOST])


def check_extra() -> None:
    """See that the analyser is installed.

    Raises:
        MissingExtra: it is not.
    """
    if find_spec("bandit") is None:
        raise MissingExtra("review", needed_by="warnings about code before it runs")


def _of_shells(code_blocks: Sequence[CodeBlock]) -> Iterator[CodeWarning]:
    for number, block in enumerate(code_blocks, 1):
        try:
            refuse_dangers(language_of(block.language), block.code)
        except ValueError as error:
            yield CodeWarning(number, 0, "high", "", str(error))


async def _of_python(code_blocks: Sequence[CodeBlock]) -> list[CodeWarning]:
    from autogen.coding.places.bare import BareProcess  # noqa: PLC0415 - only when code is reviewed
    from autogen.coding.places.supervisor import run_command  # noqa: PLC0415 - likewise

    numbers = [n for n, block in enumerate(code_blocks, 1) if language_of(block.language) == "python"]
    if not numbers:
        return []
    directory = Path(tempfile.mkdtemp(prefix="autogen-review-"))
    try:
        names = [f"{number}.py" for number in numbers]
        for number, name in zip(numbers, names, strict=True):
            (directory / name).write_bytes(code_blocks[number - 1].code.encode("utf-8", "replace"))
        flags = ("-q", "-f", "json", "-n", "1", "--ignore-nosec", "--exit-zero")
        command = Command((sys.executable, "-I", "-m", "bandit", *flags, *names), directory, _LONGEST_S)
        outcome = await run_command(BareProcess(), command, _CAPS)
        return list(_read(outcome.stdout))
    except (CodeError, ValueError, KeyError) as error:
        return [CodeWarning(numbers[0], 0, "high", "", f"It could not be analysed ({type(error).__name__}).")]
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _read(report: str) -> Iterator[CodeWarning]:
    """Read Bandit's report.

    Raises:
        ValueError: it is none.
        KeyError: likewise.
    """
    told = cast("dict[str, list[dict[str, Any]]]", json.loads(report))
    for error in told["errors"]:
        yield CodeWarning(_number(error), 0, "medium", "", f"It could not be analysed: {error['reason']}.")
    for issue in told["results"]:
        severity = str(issue["issue_severity"]).lower()
        known = severity if severity in _SEVERITIES else "low"
        yield CodeWarning(_number(issue), int(issue["line_number"]), known, issue["test_id"], issue["issue_text"])


def _number(told: dict[str, Any]) -> int:
    return int(Path(told["filename"]).stem)
