"""The code execution port: blocks in, a result out.

Above it stands the agents' code responder; below it the places to run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from autogen.coding.artefacts import Artefact


@dataclass(slots=True)
class CodeBlock:
    """A block of code found in a message; `language` in lower case, empty if not told."""

    code: str
    language: str


@dataclass(slots=True)
class CodeResult:
    """What came of running blocks.

    Attributes:
        exit_code: of the last one that ran.
        output: all that was printed.
        artefacts: the files that the code wrote, by name; given by keyword.
    """

    exit_code: int
    output: str
    artefacts: tuple[Artefact, ...] = field(default=(), kw_only=True)


@dataclass(slots=True)
class CommandLineCodeResult(CodeResult):
    """What came of running blocks as programs.

    Attributes:
        code_file: where the first block was saved, or `None` if none was.
        place: what the code ran in, as `Place.name`; empty if nothing was run.
    """

    code_file: str | None = None
    place: str = ""


@runtime_checkable
class CodeExtractor(Protocol):
    """Finds code blocks in a message's content."""

    def extract_code_blocks(self, message: str | list[Any] | None) -> list[CodeBlock]:
        """Return the blocks in order; none if there are none."""
        ...


@runtime_checkable
class CodeExecutor(Protocol):
    """A place to run code.

    `execute_code_blocks` may be synchronous (as in classic programs); an executor that can await offers
    `a_execute_code_blocks` as well, which is then used.
    """

    @property
    def code_extractor(self) -> CodeExtractor:
        """How this executor wants blocks to be found."""
        ...

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        """Run the blocks in order, stopping at the first that fails."""
        ...

    def restart(self) -> None:
        """Forget all state."""
        ...
