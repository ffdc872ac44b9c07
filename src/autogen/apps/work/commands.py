"""The commands for workers: `autogen worker`, `autogen submit`, `autogen submitted`; their options, in plain words."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from autogen.apps.load import NotFound
from autogen.errors import AutogenError

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar=["AUTOGEN_DATABASE", "AUTOGEN_JOURNAL"],
        help="An SQLite file, or postgresql://user@host/database.",
        show_default="from AUTOGEN_DATABASE, or ~/.local/state/autogen/work.db",
    ),
]
InDoubt = Annotated[
    Literal["stop", "skip", "again"],
    typer.Option(
        "--in-doubt",
        metavar="stop|skip|again",
        help="What becomes of a step that was begun when its worker was lost, and must not happen twice.",
    ),
]
Wait = Annotated[bool, typer.Option("--wait", "-w", help="Show what happens until it is over or waits for you.")]


def worker_command(
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE.PY", help="The programs that are held here.")],
    database: Database = None,
    queue: Annotated[
        list[str] | None,
        typer.Option("--queue", metavar="NAME", help="Take from this queue.", show_default="one named after each file"),
    ] = None,
    at_once: Annotated[
        int | None,
        typer.Option("--at-once", metavar="N", min=1, help="One worker holds at most so many.", show_default="100"),
    ] = None,
    in_all: Annotated[
        int | None, typer.Option("--in-all", metavar="N", min=1, help="All workers hold at most so many together.")
    ] = None,
    starts: Annotated[
        str | None, typer.Option("--starts", metavar="N/SECONDS", help="Begin at most so many in so long, as in 10/60.")
    ] = None,
    grace: Annotated[
        float, typer.Option("--grace", metavar="SECONDS", min=0, help="When stopped, wait so long for steps to end.")
    ] = 30.0,
) -> None:
    """Hold conversations that are submitted, until stopped.

    Start as many workers as you like. One that is lost leaves its conversations to the others. Limits hold for a queue and
    all its workers, until a worker is started with others.
    """
    from autogen.workers.submitting import database_of  # noqa: PLC0415 - slow to import

    rate = _rate(starts)
    with _in_words():
        from autogen.apps.work.working import WorkOrder, work  # noqa: PLC0415 - slow to import
        from autogen.workers.on_dbos import QueueLimits  # noqa: PLC0415 - slow to import

        limits = QueueLimits(at_once, in_all, rate)
        work(WorkOrder(files, database or database_of(os.environ), queue or (), limits, grace))


def submit_command(
    *,
    target: Annotated[str, typer.Argument(metavar="FILE.PY:NAME", help="An agent, a team or a function.")],
    task: Annotated[
        list[str] | None, typer.Argument(metavar="TASK", help="What it is given; '-' reads it from standard input.")
    ] = None,
    database: Database = None,
    run_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Its name; submitted twice, it counts once.")
    ] = None,
    queue: Annotated[
        str | None, typer.Option("--queue", metavar="NAME", help="Where it waits.", show_default="named after the file")
    ] = None,
    in_doubt: InDoubt = "stop",
    wait: Wait = False,
) -> None:
    """Have a worker hold a conversation, and print its name.

    With --wait, the exit code tells how it went: 0 done, 1 failed or cancelled, 3 waiting for a human.
    """
    words = sys.stdin.read() if task == ["-"] else " ".join(task) if task else None
    with _in_words():
        from autogen.apps.work.telling import submit, tell  # noqa: PLC0415 - slow to import

        conversation = submit(target, words, database, {"run_id": run_id, "queue": queue, "in_doubt": in_doubt})
        typer.echo(conversation.id)
        if wait:
            raise typer.Exit(tell(conversation, is_followed=True))
    typer.echo(f"A worker holds it: autogen worker {target.rpartition(':')[0]}", err=True)


def submitted_command(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="The conversation, as 'autogen submit' named it.")],
    *,
    database: Database = None,
    wait: Wait = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="End it, wherever it stands.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Go on with it, if it has failed or was cancelled.")] = False,
    in_doubt: InDoubt = "stop",
) -> None:
    """Tell where a submitted conversation stands and what came of it; follow it, cancel it, or go on with it.

    The exit code is 0 if it is done (or, without --wait, if it still goes on), 1 if it has failed or was cancelled, 3 if it waits
    for a human.
    """
    if cancel and again:
        raise typer.BadParameter("Choose one of --cancel and --again.", param_hint="--again")
    with _in_words():
        from autogen.apps.work.telling import find, tell  # noqa: PLC0415 - slow to import

        conversation = find(run_id, database)
        if cancel:
            conversation.cancel_sync()
        if again:
            conversation.go_on_sync(in_doubt=in_doubt)
        code = tell(conversation, is_followed=wait)
    if code and not cancel:
        raise typer.Exit(code)


def add_to(app: typer.Typer) -> None:
    """Add these commands to those of `autogen`."""
    app.command("worker")(worker_command)
    app.command("submit")(submit_command)
    app.command("submitted")(submitted_command)


def _rate(starts: str | None) -> tuple[int, float] | None:
    if starts is None:
        return None
    try:
        number, _, seconds = starts.partition("/")
        rate = int(number), float(seconds)
        is_usable = rate[0] > 0 and 0 < rate[1] < float("inf")
    except ValueError:
        is_usable, rate = False, None
    if not is_usable:
        raise typer.BadParameter(f"{starts!r}: write it as NUMBER/SECONDS, as in 10/60.", param_hint="--starts")
    return rate


@contextmanager
def _in_words() -> Generator[None]:
    """Turn a failure into a few words on standard error, and exit code 1."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (AutogenError, NotFound, OSError, ValueError) as error:
        sys.stdout.flush()
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from None
