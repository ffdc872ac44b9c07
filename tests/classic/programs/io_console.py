"""The console stream prints like print and asks like input."""

from __future__ import annotations

import contextlib
import io

from autogen.io import IOConsole
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    console, written = IOConsole(), io.StringIO()
    prompts = api.inputs(["typed"])
    with contextlib.redirect_stdout(written):
        console.print("a", 1, None, sep="-", end="!\n")
        console.print("b", flush=True)
    return {"written": written.getvalue(), "typed": console.input("Who? "), "prompts": prompts}
