"""The commands for recorded runs: `autogen journal …`, `autogen resume`, `autogen rerun`, `autogen inbox`; their options, in plain words."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from autogen.errors import AutogenError, UnknownRun

if TYPE_CHECKING:
    from autogen.stores.tables.journal import TableJournal

journal_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, show, check and move recorded runs.")

Place = Annotated[
    str,
    typer.Option(
        "--journal",
        metavar="FILE|URL",
        envvar="AUTOGEN_JOURNAL",
        help="The journal: a file, or postgresql://user@host/database.",
        show_default="from AUTOGEN_JOURNAL, or that of 'autogen chat'",
    ),
]
NoJournal = Annotated[bool, typer.Option("--no-journal", help="Do not record it.")]
RunId = Annotated[str, typer.Argument(metavar="ID", help="The run, as 'autogen journal ls' names it.")]


@journal_app.command("ls")
def list_command(
    *,
    journal: Place = "",
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", help="At most so many; 0 for all.")] = 50,
) -> None:
    """List the runs, newest first: name, begin, state, messages, cost, agents, first words."""
    from autogen.apps.records.telling import told_runs  # noqa: PLC0415 - slow to import

    with _opened(journal) as opened:
        for line in told_runs(opened, limit or -1):
            typer.echo(line)


@journal_app.command("show")
def show_command(run_id: RunId, *, journal: Place = "") -> None:
    """Show what was said and done in a run."""
    from autogen.apps.records.telling import told_events  # noqa: PLC0415 - slow to import

    with _opened(journal) as opened:
        for line in told_events(opened.events(run_id)):
            typer.echo(line)


@journal_app.command("prune")
def prune_command(
    *,
    journal: Place = "",
    older_than: Annotated[float, typer.Option("--older-than", metavar="DAYS", min=0, help="Begun so long ago.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False,
) -> None:
    """Remove old runs that are over; what waits for a human, or was interrupted, stays."""
    import time  # noqa: PLC0415 - only here

    from autogen.stores.shelf import prune  # noqa: PLC0415 - slow to import

    with _opened(journal) as opened:
        names = prune(opened, before=time.time() - older_than * 86_400, is_dry=dry_run)
    for name in names:
        typer.echo(name)
    typer.echo(f"{len(names)} runs {'would be' if dry_run else 'were'} removed.", err=True)


@journal_app.command("export")
def export_command(
    run_id: RunId,
    *,
    journal: Place = "",
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where to; standard output if left out.")
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="As one page that any browser opens, offline.")] = False,
) -> None:
    """Write a run out, as lines of JSON that are chained by hashes, or as one page for a browser."""
    from autogen.apps.records.page.whole import page_of  # noqa: PLC0415 - slow to import
    from autogen.stores.export import export_lines  # noqa: PLC0415 - slow to import

    with _opened(journal) as opened:
        lines = [page_of(run_id, opened.events(run_id))] if html else export_lines(opened, run_id)
        if to is None:
            for line in lines:
                typer.echo(line)
            return
        with to.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)


@journal_app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Lines of JSON, as 'export' wrote them.")],
    *,
    journal: Place = "",
) -> None:
    """Put an exported run into a journal, after checking it; it can be gone on with there."""
    from autogen.stores.export import import_run, read_export  # noqa: PLC0415 - slow to import

    with _opened(journal, is_new=True) as opened, file.open(encoding="utf-8", errors="surrogateescape") as lines:
        exported = read_export(lines)
        import_run(opened, exported)
    typer.echo(f"{exported.run_id}: {len(exported.events)} records.")


@journal_app.command("verify")
def verify_command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="An exported run; the journal itself if left out.")
    ] = None,
    *,
    journal: Place = "",
) -> None:
    """Check that nothing was changed or lost; exit code 1 if something was."""
    from autogen.stores.export import read_export, verify  # noqa: PLC0415 - slow to import

    if file is not None:
        with _in_words(), file.open(encoding="utf-8", errors="surrogateescape") as lines:
            exported = read_export(lines)
        typer.echo(f"{exported.run_id}: {len(exported.events)} records, unchanged. SHA-256 {exported.digest}")
        return
    with _opened(journal) as opened:
        problems, place = verify(opened), opened.place
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{place}: whole.")


def resume_command(
    run_id: RunId,
    program: Annotated[
        Path | None,
        typer.Argument(metavar="[PROGRAM]", help="The Python file that held it; not for what 'autogen chat' began."),
    ] = None,
    *,
    journal: Place = "",
    in_doubt: Annotated[
        Literal["ask", "stop", "skip", "again"],
        typer.Option(
            metavar="ask|stop|skip|again", help="What becomes of a step that was begun and has no known outcome."
        ),
    ] = "ask",
) -> None:
    """Go on with a run: its program is run again, and what is recorded is not done again."""
    from autogen.apps.records.resuming import resume, resume_chat  # noqa: PLC0415 - slow to import

    with _in_words():
        if program is None:
            resume_chat(_place(journal), run_id, in_doubt)
        else:
            resume(_place(journal), run_id, program, in_doubt)


def rerun_command(
    run_id: RunId,
    program: Annotated[Path, typer.Argument(metavar="PROGRAM", help="The Python file, after the edit.")],
    *,
    journal: Place = "",
    into: Annotated[
        str | None, typer.Option("--into", metavar="NAME", help="Of the new run.", show_default="ID-2, ID-3, …")
    ] = None,
) -> None:
    """Run a program again after an edit: only what the edit concerns is done, and a table says what and why."""
    from autogen.apps.records.resuming import rerun  # noqa: PLC0415 - slow to import

    with _in_words():
        report = rerun(_place(journal), run_id, program, into)
    typer.echo(f"\n{report}")


def inbox_command(
    run_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only this run.")] = None,
    *,
    journal: Place = "",
    answer: Annotated[
        str | None, typer.Option("--answer", "-a", metavar="WORDS", help="The answer; 'yes' approves a call.")
    ] = None,
    step: Annotated[int | None, typer.Option("--step", metavar="N", help="Which question of the run.")] = None,
) -> None:
    """List the questions that wait for you, or answer one: autogen inbox ID --answer yes."""
    from autogen.apps.records.telling import told_questions  # noqa: PLC0415 - slow to import
    from autogen.stores.inbox import answer as put_answer  # noqa: PLC0415 - slow to import
    from autogen.stores.inbox import questions  # noqa: PLC0415 - slow to import
    from autogen.stores.watching import ready_runs, state_of  # noqa: PLC0415 - slow to import
    from autogen.workers.port import job_of  # noqa: PLC0415 - slow to import

    with _opened(journal) as opened:
        if run_id is not None and state_of(opened, run_id) == "unknown":
            raise UnknownRun(
                f"There is no run {run_id!r} in {opened.place}. 'autogen journal ls' lists those there are."
            )
        if answer is None:
            waiting = questions(opened, run_id)
            for line in told_questions(waiting):
                typer.echo(line)
            if not waiting:
                typer.echo("No question waits.", err=True)
            return
        if run_id is None:
            raise typer.BadParameter("Say whose question is answered: autogen inbox ID --answer WORDS", param_hint="ID")
        put_answer(opened, run_id, answer, step_id=step)
        is_submitted = any(job_of(run.origin, run_id) for run in ready_runs(opened, run_id))
    cure = "A worker goes on with it." if is_submitted else f"Go on with it: autogen resume {run_id} [PROGRAM]"
    typer.echo(f"Answered. {cure}", err=True)


def add_to(app: typer.Typer) -> None:
    """Add these commands to those of `autogen`."""
    app.add_typer(journal_app, name="journal")
    app.command("resume")(resume_command)
    app.command("rerun")(rerun_command)
    app.command("inbox")(inbox_command)


@contextmanager
def _opened(place: str, *, is_new: bool = False) -> "Generator[TableJournal]":
    from autogen.stores.sharing import is_url, open_journal  # noqa: PLC0415 - slow to import

    with _in_words():
        is_named, place = bool(place), _place(place)
        if not is_url(place) and not Path(place).is_file():
            if not is_new:
                cure = "" if is_named else " yet: 'autogen chat' makes it. Or name another"
                raise typer.BadParameter(f"There is no journal {place!r}{cure}.", param_hint="--journal")
            if not is_named:
                Path(place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        journal = open_journal(place)
        try:
            yield journal
        finally:
            journal.close()


def _place(given: str) -> str:
    """Return the journal that was named, or else that of 'autogen chat'."""
    from autogen.apps.records.keeping import default_place  # noqa: PLC0415 - slow to import

    return given or default_place()


@contextmanager
def _in_words() -> Generator[None]:
    """Turn a failure into a few words on standard error, and exit code 1."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (AutogenError, OSError, ValueError) as error:
        sys.stdout.flush()
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from None
