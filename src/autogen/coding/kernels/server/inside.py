"""The program that becomes a Jupyter server in the sandbox, read as text and run there: nothing of ours is there.

It is told its settings, as one line of JSON, on standard input; when that pipe ends, the program that started it is gone,
and so it goes, with its kernels.
"""
# ruff: noqa: E402, PLC0415 - nothing is imported before the first lines

from __future__ import annotations

import sys

sys.path[:] = [place for place in sys.path if place]  # a json.py in the work dir is none of our business

import json
import os
import signal
import threading
from typing import Any


def main() -> None:
    """Read the settings and serve until the end."""
    settings: dict[str, Any] = json.loads(os.read(0, 65536))
    threading.Thread(target=_die_with_whoever_started_this, daemon=True).start()
    os.environ["JUPYTER_TOKEN"] = settings["token"]
    from jupyter_server.serverapp import ServerApp

    options: dict[str, Any] = {
        "ServerApp.sock": settings["socket"],
        "ServerApp.root_dir": ".",
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.jpserver_extensions": {},
        "ServerApp.terminals_enabled": False,
        "KernelManager.transport": "ipc",
        "Application.log_level": settings["log_level"],
    }
    ServerApp.launch_instance([f"--{name}={value}" for name, value in options.items()])


def _die_with_whoever_started_this() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGKILL)


main()
