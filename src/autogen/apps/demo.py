"""`autogen demo`: an assistant and a user proxy solve a task together, with a real error really repaired."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.agents.assistant import AssistantAgent
from autogen.apps.chat import UNATTENDED_TURNS, user_proxy
from autogen.apps.recorded_assistant import recorded_model
from autogen.models.factory import model_from_config
from autogen.observers.safe_text import safe_line
from autogen.observers.stream import IOStream
from autogen.observers.terminal_human import ConsoleHuman

if TYPE_CHECKING:
    from autogen.events import InputRequested

FILES = Path(__file__).parent / "demo_files"
PRICES = "prices.csv"
TASK = f"""Show me the YTD gain of 10 largest technology companies as of today.

The prices are in {PRICES} in your working directory, oldest first, with the columns date,
ticker, company, close (US dollars) and market_cap_busd. The first date is the last trading day
of last year, the last one is today; all of it is synthetic. Use Python's standard library only.
Print a table, and draw a bar chart into ytd_gain.svg."""


def show_demo(work_dir: Path, llm_config: dict[str, Any] | None, *, accept_no_isolation: bool) -> None:
    """Run the demo, and say where its files are.

    Args:
        work_dir: where the programs run and leave their files; it exists.
        llm_config: of the model that plays the assistant; `None` for the recording.
        accept_no_isolation: consent to a bare process where there is no sandbox.

    Raises:
        AutogenError: it failed.
    """
    before = _times(work_dir)
    _lay_out(work_dir / PRICES)
    is_attended = sys.stdin.isatty()
    if llm_config is None:
        model, about_model = recorded_model(FILES, is_shown_live=sys.stdout.isatty()), _RECORDED
    else:
        model = model_from_config(llm_config)
        about_model = f"{safe_line(model.name)}, live (tier T3)"
    _tell(
        "Two agents solve a task: the assistant writes programs, the user proxy runs them.\n\n"
        f"  model   {about_model}\n"
        f"  data    synthetic prices of companies that do not exist: {safe_line(str(work_dir / PRICES))}\n"
        f"  you     {_ATTENDED if is_attended else _UNATTENDED}\n"
    )
    assistant = AssistantAgent("assistant", model=model)
    user = user_proxy(work_dir, accept_no_isolation=accept_no_isolation)
    user.human = ConsoleHuman() if is_attended else EnterAssumed()
    try:
        user.initiate_chat(assistant, message=TASK, max_turns=None if is_attended else UNATTENDED_TURNS)
    finally:
        after = _times(work_dir)
        names = sorted(name for name in after if name == PRICES or after[name] != before.get(name))
        _tell(f"\nKept in {safe_line(str(work_dir))}: {', '.join(map(safe_line, names))}")


_ATTENDED = "are asked before each reply: press Enter to let the user proxy go on"
_UNATTENDED = "are not there (standard input is no terminal), so Enter is assumed"
_RECORDED = (
    "a recording, written by hand (tier T0); to see a live one, set OPENAI_API_KEY or\n"
    "          OPENAI_BASE_URL. The programs, their error and their files are real in either case"
)


class EnterAssumed:
    """A person who is not there: the answer is Enter, and it is said."""

    async def ask(self, question: InputRequested) -> str:
        """Show the question, and answer it."""
        IOStream.get_default().print(f"{question.prompt}(Enter is assumed)", flush=True)
        return ""


def _lay_out(prices: Path) -> None:
    """Put the data where the programs will look for it.

    Raises:
        FileExistsError: something else has the name.
    """
    data = (FILES / PRICES).read_bytes()
    if prices.exists() and prices.read_bytes() != data:
        raise FileExistsError(
            f"{str(prices)!r} is there already, and is not the demo's. Name another folder: autogen demo --work-dir DIR"
        )
    prices.write_bytes(data)


def _times(folder: Path) -> dict[str, int]:
    """Return when each file of a folder was last changed."""
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.is_file()}


def _tell(text: str) -> None:
    IOStream.get_default().print(text, flush=True)
