"""Virtual environments for the frameworks we compare with, one each, at their newest from the package index.

`python benchmarks/peers.py` makes all that are missing; `python benchmarks/peers.py --renew` makes them anew.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Peer:
    """A framework to compare with.

    Args:
        name: of its environment; its file is `contenders/peer_….py`.
        distribution: whose version is shown.
        requirements: what to install.
    """

    name: str
    distribution: str
    requirements: tuple[str, ...]


PEERS = (
    # The last classic AutoGen of the 0.2 line asks for openai>=1.3 and numpy>=1.17,<2; it was written against openai 1.
    Peer("classic", "pyautogen", ("pyautogen==0.2.35", "openai<2")),
    Peer("agentchat", "autogen-agentchat", ("autogen-agentchat", "autogen-ext[openai]")),
    Peer("ag2", "ag2", ("ag2[openai]",)),
    Peer("openai_agents", "openai-agents", ("openai-agents",)),
    Peer("pydantic_ai", "pydantic-ai-slim", ("pydantic-ai-slim[openai]",)),
    Peer("langgraph", "langgraph", ("langgraph", "langchain-openai")),
    Peer("agent_framework", "agent-framework-core", ("agent-framework-core", "agent-framework-openai")),
)


def cache_dir() -> Path:
    """Return where environments are kept: under $XDG_CACHE_HOME if that is set, else `.bench/` in the repository."""
    cache = os.environ.get("XDG_CACHE_HOME")
    place = Path(cache) / "pyautogen-bench" if cache else _ROOT / ".bench"
    place.mkdir(parents=True, exist_ok=True)
    (place / ".gitignore").write_text("*\n", encoding="utf-8")
    return place


def python_of(peer: Peer, *, renew: bool = False) -> Path:
    """Return the interpreter of a peer's environment; make it first if it is missing or out of date.

    Raises:
        subprocess.CalledProcessError: it could not be installed; pip has said why.
    """
    place = cache_dir() / peer.name
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made_for = place / "requirements.txt"
    wanted = "\n".join((*peer.requirements, f"# Python {sys.version.split()[0]}", ""))
    if not renew and made_for.exists() and made_for.read_text(encoding="utf-8") == wanted:
        return python
    print(f"making an environment for {peer.name}: {' '.join(peer.requirements)}", file=sys.stderr, flush=True)
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=True, symlinks=os.name != "nt")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", *peer.requirements], check=True)
    made_for.write_text(wanted, encoding="utf-8")
    return python


def version_in(python: Path, distribution: str) -> str:
    """Return the version of a distribution as installed for an interpreter."""
    ask = f"from importlib.metadata import version; print(version({distribution!r}))"
    return subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True).stdout.strip()


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renew", action="store_true", help="make them anew, at the newest versions of today")
    options = parser.parse_args()
    for peer in PEERS:
        try:
            python = python_of(peer, renew=options.renew)
        except subprocess.CalledProcessError:
            print(f"{peer.name}: could not be installed")
        else:
            print(f"{peer.name}: {peer.distribution} {version_in(python, peer.distribution)} in {python.parent.parent}")


if __name__ == "__main__":
    _main()
