"""What may stand in a list of packages, and whether an interpreter has it already."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?) *(\[[A-Za-z0-9 ,._-]*\])? *(?P<versions>[<>=!~][A-Za-z0-9 <>=!~.*+,_-]*)?(;.*)?"
)
# Run in an interpreter: says which of the requirements it lacks. Versions are compared by whatever does so there.
_LACKING = """
import importlib.metadata as m, json, sys
try:
    from packaging.requirements import Requirement
except ImportError:
    try:
        from pip._vendor.packaging.requirements import Requirement
    except ImportError:
        Requirement = None
def lacks(text):
    if Requirement is None:
        try:
            m.version(text)
        except m.PackageNotFoundError:
            return True
        return False
    wanted = Requirement(text)
    if wanted.marker is not None and not wanted.marker.evaluate():
        return False
    try:
        return wanted.extras or not wanted.specifier.contains(m.version(wanted.name), prereleases=True)
    except m.PackageNotFoundError:
        return True
sys.exit(3 if any(map(lacks, json.loads(sys.argv[1]))) else 0)
"""


def checked(packages: Iterable[str]) -> tuple[str, ...]:
    """Return the packages, sorted, each once.

    Raises:
        ValueError: one of them is not a package of the index: an option, a path, an address.
    """
    if isinstance(packages, str):
        raise ValueError(f"packages={packages!r}: give a list, such as [{packages!r}].")  # noqa: TRY004 - as the other wrong lists
    found = sorted({package.strip() for package in packages})
    for package in found:
        if not _REQUIREMENT.fullmatch(package):
            raise ValueError(
                f"{package!r} is no package of an index. Give names, with versions if they matter: 'pandas', 'pandas>=2,<3'."
            )
    return tuple(found)


def lacking_check(packages: Iterable[str]) -> list[str]:
    """Return the arguments with which a Python exits with 0 if it has the packages, and with 3 if it lacks one."""
    return ["-c", _LACKING, json.dumps(list(packages))]
