"""The program that becomes a kernel, read as text and run by the Python of the place: nothing of ours is there.

Its output is an ordinary pipe, so that no cell can break what carries the answers. A display leaves a mark in that pipe,
by which the reader knows where it belongs. It is told its settings, as one line of JSON, on standard input; when that
pipe ends, the program that started it is gone, and so it goes.
"""
# ruff: noqa: E402, PLC0415, PTH - it runs on older Pythons, starts fast, and imports nothing before the first lines

from __future__ import annotations

import sys

sys.path[:] = [place for place in sys.path if place]  # a json.py in the work dir is none of our business

import json
import os
import signal
import threading
import warnings
from contextlib import suppress
from typing import Any

_MOST_SHOWN_BYTES = 20_000_000


def main() -> None:
    """Read the settings and serve until the end."""
    settings = json.loads(os.read(0, 65536))
    _die_with_whoever_started_this()
    os.environ["IPYTHONDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = os.path.realpath(settings["directory"])
    modules: dict[str, Any] = sys.modules
    modules["debugpy"] = None  # slow to import, and nobody debugs here
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    config: Any = Config()
    config.IPKernelApp.outstream_class = None
    config.Session.key = settings["key"].encode()
    config.HistoryManager.enabled = False
    ports = {f"{channel}_port": number for channel, number in settings["channels"].items()}
    place = f"{settings['directory']}/s"
    app: Any = IPKernelApp.instance(config=config, transport="ipc", ip=place, connection_file="kernel.json", **ports)
    app.initialize([])
    output = os.dup(1)
    _mark_displays(app.shell, output, settings["mark"])
    _mend_streams(app.shell, output)
    _end_at_once(app.shell)
    os.write(output, settings["ready"].encode())
    app.start()


def _end_at_once(shell: Any) -> None:
    """Let `exit()` and an interrupt end the cell, and nothing else, without the time and the words of a traceback."""
    shell.user_ns["exit"] = shell.user_ns["quit"] = sys.exit
    show = shell.showtraceback

    def show_unless_it_is_the_end(*arguments: Any, **options: Any) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, KeyboardInterrupt):
            shell._last_traceback = ["KeyboardInterrupt"]  # noqa: SLF001 - what the reply has of a traceback
        elif not isinstance(error, SystemExit):
            show(*arguments, **options)
        elif error.code is not None and not isinstance(error.code, int):
            sys.stderr.write(f"{error.code}\n")

    shell.showtraceback = show_unless_it_is_the_end
    warnings.filterwarnings("ignore", message="To exit: use")


def _die_with_whoever_started_this() -> None:
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def wait() -> None:
        try:
            while os.read(lifeline, 4096):
                pass
        except OSError:
            return  # a cell has closed it: nothing is known any more
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def _mark_displays(shell: Any, output: int, mark: str) -> None:
    count = 0

    def hook(message: Any) -> Any:
        nonlocal count
        content = message["content"]
        if "data" in content:
            content["data"] = _not_too_much(content["data"])
            count += 1
            message["metadata"]["mark"] = count
            os.write(output, mark.replace("*", str(count)).encode())
        return message

    for publisher in (shell.display_pub, shell.displayhook):
        if hasattr(publisher, "register_hook"):  # older displayhooks have none: what they show comes last
            publisher.register_hook(hook)


def _not_too_much(data: dict[str, Any]) -> dict[str, Any]:
    size = sum(len(value) for value in data.values() if isinstance(value, str))
    if size <= _MOST_SHOWN_BYTES:
        return data
    return {"text/plain": f"(not shown: it has {size} bytes, more than {_MOST_SHOWN_BYTES})"}


def _mend_streams(shell: Any, output: int) -> None:
    """Open again, around each cell, what a cell has closed: the kernel itself uses it, too."""
    for stream in (sys.stdout, sys.stderr):
        stream.close = lambda: None

    def mend(*_: Any) -> None:
        for number, name in ((1, "stdout"), (2, "stderr")):
            if not _is_open(number):
                with suppress(OSError):
                    os.dup2(output, number)
            stream = getattr(sys, name)
            if stream is None or getattr(stream, "closed", False):
                kept_open = open(number, "w", buffering=1, closefd=False, encoding="utf-8", errors="replace")  # noqa: SIM115
                setattr(sys, name, kept_open)

    for moment in ("pre_run_cell", "post_run_cell"):
        shell.events.register(moment, mend)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


main()
