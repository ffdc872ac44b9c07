"""What `import autogen` and the core install bring along."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.markers import Marker

HEAVY = {"aiohttp", "asyncio", "httpx", "httpx2", "numpy", "openai", "pydantic", "rich", "typer"}
MAX_DISTRIBUTIONS = 24
LOCK = Path(__file__).parents[2] / "uv.lock"


def test_importing_autogen_loads_nothing_heavy() -> None:
    script = "import sys; import autogen; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    assert HEAVY & set(process.stdout.split()) == set()


def test_the_core_install_is_small() -> None:
    assert len(core_distributions()) <= MAX_DISTRIBUTIONS, sorted(core_distributions())


def core_distributions() -> set[str]:
    """Follow the lock from our own distribution, on this platform and without extras of ours."""
    package_by_name = {package["name"]: package for package in tomllib.loads(LOCK.read_text("utf-8"))["package"]}
    found: set[str] = set()
    waiting: list[dict[str, Any]] = [{"name": "pyautogen"}]
    while waiting:
        wanted = waiting.pop()
        package = package_by_name[wanted["name"]]
        extras: dict[str, list[dict[str, Any]]] = package.get("optional-dependencies", {})
        needs = [need for extra in wanted.get("extra", ()) for need in extras[extra]]
        if wanted["name"] not in found:
            found.add(wanted["name"])
            needs += package.get("dependencies", ())
        waiting += [need for need in needs if "marker" not in need or Marker(need["marker"]).evaluate()]
    return found
