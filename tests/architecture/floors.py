"""Where each file stands: its room, and the floor of that room. A file imports from its own room and from below."""

from __future__ import annotations

from pathlib import Path

# The files beside `__init__.py` on floor 0 share one room, `words`.
WORDS = {"_version", "errors", "events", "facts", "messages", "redaction", "stop_reason", "tokens", "usage"}

FLOOR_BY_ROOM = {
    "words": 0,
    "core": 1,
    "coding": 2,
    "guards": 2,
    "memory": 2,
    "models": 2,
    "observers": 2,
    "pictures": 2,
    "stores": 2,
    "tools": 2,
    "chats": 3,
    "agents": 4,
    "teams": 5,
    "classic": 6,
    "testing": 6,
    "workers": 6,
    "apps": 7,
    "public names": 8,
}

# Import paths of the classic package that old programs touch. Such a file only passes names on.
CLASSIC_FOLDERS = ("agentchat", "cache", "coding/jupyter", "io", "logger", "oai")
CLASSIC_FILES = {
    "code_utils.py",
    "coding/base.py",
    "coding/docker_commandline_code_executor.py",
    "coding/factory.py",
    "coding/func_with_reqs.py",
    "coding/local_commandline_code_executor.py",
    "coding/utils.py",
    "exception_utils.py",
    "formatting_utils.py",
    "function_utils.py",
    "graph_utils.py",
    "retrieve_utils.py",
    "runtime_logging.py",
    "token_count_utils.py",
    "types.py",
    "version.py",
}


def is_classic(path: str) -> bool:
    """Tell whether this file is an import path of the classic package."""
    return path in CLASSIC_FILES or path.startswith(tuple(f"{folder}/" for folder in CLASSIC_FOLDERS))


def room_of(path: str) -> str | None:
    """Name the room of a file given as `core/run.py`, or return `None` where no floor is set for it."""
    first = Path(path).parts[0]
    if path == "__init__.py":
        return "public names"
    if is_classic(path):
        return "classic"
    if first.removesuffix(".py") in WORDS:
        return "words"
    room = first.removesuffix(".py")
    return room if room in FLOOR_BY_ROOM else None


def room_of_module(module: str) -> str | None:
    """Name the room of a module given as `autogen.core.run`."""
    path = "/".join(module.split(".")[1:])
    if not path:
        return "public names"
    return "classic" if is_classic(f"{path}/__init__.py") else room_of(f"{path}.py")
