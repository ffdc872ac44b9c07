"""How results come about, block by block, and the words in which they go back to a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from autogen.coding.artefacts import ArtefactCaps, Collector, tell_left_out
from autogen.coding.languages import extension_of, language_of, quiet_pip
from autogen.coding.workspace import hashed_name, requested_name, save

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from autogen.coding.executor import CodeBlock, CodeResult, CommandLineCodeResult

_LACKS_NETWORK = re.compile(
    r"No module named|No matching distribution|externally-managed-environment|NameResolutionError"
    r"|Temporary failure in name resolution|Name or service not known|Could not resolve host|Network is unreachable"
    r"|nodename nor servname|EAI_AGAIN|Failed to resolve|Host not allowed in this sandbox"
)
_USUAL_PACKAGES = ("numpy", "pandas", "matplotlib", "scipy", "sklearn", "sympy", "seaborn", "plotly", "requests", "PIL",
                   "openpyxl")  # fmt: skip


async def run_in_order(
    result: CommandLineCodeResult,
    blocks: Sequence[CodeBlock],
    run: Callable[[CodeBlock], Awaitable[tuple[int, str, Path | None]]],
    work_dir: tuple[Path, ArtefactCaps],
) -> None:
    """Run blocks until one fails, and note in the result what came of them and what they left in the work dir.

    Args:
        run: runs one; returns its exit code, its output and the file in which it was saved.
    """
    import asyncio  # noqa: PLC0415 - slow to import, and not needed before the first execution

    directory, caps = work_dir
    collector = await asyncio.to_thread(Collector, directory, caps)
    saved: list[Path] = []
    for block in blocks:
        exit_code, output, file = await run(block)
        result.exit_code, result.output = exit_code, result.output + output
        if file is not None:
            saved.append(file)
        if exit_code != 0:
            break
    result.code_file = str(saved[0]) if saved else None
    ours = {file.relative_to(directory).as_posix() for file in saved}
    collected = await asyncio.to_thread(collector.collect, ours)
    tell_left_out(collected)
    result.artefacts = collected.artefacts


class ToRun(NamedTuple):
    """A block that is saved and to be run: its language, its file's name in the work dir, and what is in the file."""

    language: str
    name: str
    content: bytes


def saved_to_run(
    block: CodeBlock, directory: Path, policies: Mapping[str, bool], lint: Callable[[str, str], None]
) -> ToRun | tuple[int, str, Path | None]:
    """Save a block in the work dir; return what came of it where it is not to be run.

    Args:
        policies: by language, whether blocks are run or only saved.
        lint: refuses code by a `ValueError` with words for the model.
    """
    language = language_of(block.language)
    if language not in policies:
        return 1, f"\nunknown language {block.language}", None
    code = quiet_pip(block.code, language)
    try:
        lint(language, code)
        name = requested_name(code) or hashed_name(code, extension_of(language))
        content = save(directory, name, code)
    except ValueError as error:  # an unusable name, or the lint's words: for the model
        return 1, str(error), None
    if not policies[language]:
        file = directory / name
        return 0, f"Code saved to {file}\n", file
    return ToRun(language, name, content)


def describe_result(result: CodeResult) -> str:
    """Return the words in which a result goes back to the model, as classic AutoGen words them."""
    verdict = "execution succeeded" if result.exit_code == 0 else "execution failed"
    return f"exitcode: {result.exit_code} ({verdict})\nCode output: {result.output}"


def lacks_network(output: str) -> bool:
    """Tell whether a failed block's output looks as if it had wanted the network or a package from it."""
    return _LACKS_NETWORK.search(output) is not None


def only_these_hosts(hosts: object) -> str:
    """Return a note for the model: which hosts there are."""
    return f"Note: the code reaches only these hosts, through an HTTP proxy: {hosts}."


def without_network(*, has_our_packages: bool) -> str:
    """Return a note for the model: there is no network here, and what it can use instead.

    Args:
        has_our_packages: whether the code runs in the Python of this process.
    """
    from importlib.util import find_spec  # noqa: PLC0415 - slow to import, and rarely needed

    there = [name for name in _USUAL_PACKAGES if has_our_packages and find_spec(name) is not None]
    use = f"the standard library and {', '.join(there)}" if there else "the standard library"
    return f"Note: the code runs without network, so nothing can be installed or downloaded. Use what is there: {use}."
