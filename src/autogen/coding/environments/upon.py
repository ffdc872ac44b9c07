"""The environment for the user's functions: what they ask for, upon what an interpreter has already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autogen.coding.environments.prepared import PreparedEnvironment, a_prepare_environment
from autogen.coding.environments.requirements import checked, lacking_check
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from autogen.coding.places.supervisor import Outcome

    Run = Callable[[list[str]], Awaitable[Outcome]]

_WHERE = "import sys; print(*sys.path[1:], sep='\\n')"


async def environment_with(packages: Sequence[str], python: str, run: Run) -> PreparedEnvironment | None:
    """Return an environment with the packages, made outside of the sandbox; `None` if the interpreter has them.

    Args:
        packages: what the functions ask for.
        python: the interpreter that code would run in otherwise.
        run: runs a command where code runs.

    Raises:
        ValueError: they cannot be had.
    """
    wanted = checked(packages)
    if (await run([python, *lacking_check(wanted)])).exit_code == 0:
        return None
    told = (await run([python, "-c", _WHERE])).stdout.splitlines()
    upon = [Path(path) for path in told if path.endswith(("site-packages", "dist-packages"))]
    try:
        return await a_prepare_environment(wanted, python=python, upon=upon)
    except CodeError as error:
        raise ValueError(f"Pip install failed. {error}") from error
