"""The commands of `autogen`: their options, and failures in plain words. What a command does stands in a file of its own."""

import sys
from collections.abc import Callable
from contextlib import suppress
from inspect import Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from autogen._version import __version__
from autogen.apps.doctor.command import doctor
from autogen.apps.process import INTERRUPTED
from autogen.apps.records.commands import NoJournal, Place
from autogen.apps.records.commands import add_to as add_records
from autogen.apps.serving_code import serve_code
from autogen.apps.work.commands import add_to as add_work
from autogen.errors import AutogenError, ModelError, NoModel, SandboxUnavailable

if TYPE_CHECKING:
    from autogen.apps.chat import ChatRequest

_CONSENT = "Where there is no sandbox, run the model's code with all your rights."

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Agents that converse. 'autogen demo' shows what that looks like, and needs no key.",
    epilog="The model comes from the environment: OPENAI_API_KEY, OPENAI_BASE_URL (any server that speaks OpenAI's "
    "protocol), or AUTOGEN_MODEL=provider:model.",
)


def run_command(arguments: list[str]) -> int:
    """Run the command that the arguments name, and return its exit code.

    Raises:
        KeyboardInterrupt: the person pressed Ctrl-C.
    """
    try:
        app(arguments, prog_name="autogen")
    except SystemExit as end:
        code = cast("int", end.code or 0)
        if code == INTERRUPTED:  # typer has turned the interruption into this
            raise KeyboardInterrupt from None
        return code
    return 0


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        typer.echo(f"autogen {__version__}")
        raise typer.Exit


@app.callback()
def autogen(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Do nothing by itself: the commands do."""


@app.command()
def demo(
    *,
    work_dir: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the program, its table and its chart are kept.")
    ] = Path("autogen-demo"),
    recorded: Annotated[bool, typer.Option("--recorded", help="Use the recording even if there is a model.")] = False,
    accept_no_isolation: Annotated[bool, typer.Option("--accept-no-isolation", help=_CONSENT)] = False,
) -> None:
    """Watch two agents solve a task.

    One writes a program, the other runs it; it fails, and is repaired. You are asked before each step.

    Without a model in the environment the assistant's replies are recorded; the program really runs in either case.
    """
    from autogen.apps.demo import show_demo  # noqa: PLC0415 - slow to import

    directory, config = _usable(work_dir), None
    if not recorded:
        with suppress(NoModel):
            config = _configured(None)
    _report("demo", lambda: show_demo(directory, config, accept_no_isolation=accept_no_isolation))


def _held(typed: Callable[..., "ChatRequest"]) -> Callable[..., None]:
    """Return the command that holds the chat that was typed, and records it as two further options say."""

    def command(*, journal: Place = "", no_journal: NoJournal = False, **given: Any) -> None:
        from autogen.apps.chat import hold_chat, recorded_in  # noqa: PLC0415 - slow to import

        request = typed(**given)
        _report("chat", lambda: hold_chat(request if no_journal else recorded_in(request, journal)))

    own = [each for each in signature(command).parameters.values() if each.kind is not each.VAR_KEYWORD]
    command.__signature__ = Signature([*signature(typed).parameters.values(), *own])
    command.__annotations__ = {**typed.__annotations__, **command.__annotations__, "return": None}
    command.__name__, command.__doc__ = typed.__name__, typed.__doc__
    return command


@app.command()
@_held
def chat(
    *,
    task: Annotated[
        list[str], typer.Argument(metavar="TASK", help="What is to be done; '-' reads it from standard input.")
    ],
    model: Annotated[
        str | None,
        typer.Option(
            metavar="PROVIDER:MODEL",
            help="As in 'openai:gpt-6-luna' or 'ollama:qwen3'.",
            show_default="from the environment",
        ),
    ] = None,
    human: Annotated[
        Literal["ALWAYS", "TERMINATE", "NEVER"] | None,
        typer.Option(
            case_sensitive=False,
            metavar="ALWAYS|TERMINATE|NEVER",
            help="When you are asked: before each reply, at the end, or never.",
            show_default="ALWAYS on a terminal, otherwise NEVER",
        ),
    ] = None,
    work_dir: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the model's code runs and leaves its files.")
    ] = Path("coding"),
    max_turns: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Most messages of the assistant.", show_default="30 with NEVER, otherwise no bound"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print each event as a line of JSON.")] = False,
    accept_no_isolation: Annotated[bool, typer.Option("--accept-no-isolation", help=_CONSENT)] = False,
) -> "ChatRequest":
    """Give an assistant a task.

    It answers, or writes programs that are run here until the task is done. They run in a sandbox: without network,
    and with no files of yours but those of the work dir. The chat is recorded: 'autogen resume' goes on with it.
    """
    words = sys.stdin.read() if task == ["-"] else " ".join(task)
    if not words.strip():
        raise typer.BadParameter(
            "It is empty. Say what is to be done: autogen chat 'What is 2 to the 100th?'", param_hint="TASK"
        )
    if max_turns is not None and max_turns < 1:
        raise typer.BadParameter(
            f"{max_turns} is too few. Give a whole number from 1, or leave it out.", param_hint="--max-turns"
        )
    from autogen.apps.chat import ChatRequest  # noqa: PLC0415 - slow to import

    mode = human or ("ALWAYS" if sys.stdin.isatty() else "NEVER")
    try:
        config = _configured(model)
    except AutogenError as error:
        raise _failed("chat", error) from None
    return ChatRequest(words, config, mode, _usable(work_dir), max_turns, json, accept_no_isolation, model)


@app.command()
def check(
    *,
    team: Annotated[str, typer.Argument(metavar="FILE.PY:NAME", help="A team or a group's manager in a program.")],
    mermaid: Annotated[bool, typer.Option("--mermaid", help="Print its diagram as Mermaid text as well.")] = False,
) -> None:
    """Look at a team before it runs, without spending a token.

    Tells whether it can stop, who never speaks, which tool nobody runs, and the most model calls it can make. The exit
    code is 1 if something cannot work.
    """
    from autogen.apps.load import NotFound, load  # noqa: PLC0415 - only this command needs it

    try:
        found = load(team)
    except NotFound as problem:
        raise typer.BadParameter(str(problem), param_hint="FILE.PY:NAME") from None
    if not hasattr(found, "check"):
        kind = type(found).__name__
        raise typer.BadParameter(f"{team} is a {kind}, not a team or a group's manager.", param_hint="FILE.PY:NAME")
    report = found.check()
    typer.echo(str(report))
    if mermaid:
        typer.echo(found.diagram().mermaid)
    if not report.is_sound:
        raise typer.Exit(1)


def _configured(model: str | None) -> dict[str, Any]:
    """Return the configuration of "provider:model", or of the model in the environment, if it can be used.

    Raises:
        NoModel: no name, and nothing in the environment.
    """
    from autogen.models.config import check_llm_config, entry_of_name  # noqa: PLC0415 - slow to import
    from autogen.models.environment import config_from_environment  # noqa: PLC0415 - slow to import

    try:
        return config_from_environment() if model is None else check_llm_config(entry_of_name(model)) or {}
    except (OSError, TypeError, ValueError) as error:
        where = "the model in the environment" if model is None else "--model"
        raise typer.BadParameter(str(error), param_hint=where) from None


def _usable(work_dir: Path) -> Path:
    """Make the work dir, and return it; or say at once why code cannot work there."""
    from autogen.coding.places.finding import why_not_work_in  # noqa: PLC0415 - slow to import

    directory = work_dir.absolute()
    reason = why_not_work_in(directory.resolve())
    if directory.exists() and not directory.is_dir():
        reason = "is a file"
    if reason is None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"cannot be made ({error.strerror})"
    if reason is not None:
        raise typer.BadParameter(f"{str(work_dir)!r} {reason}. Name another folder.", param_hint="--work-dir")
    return directory


def _report(command: str, act: Callable[[], None]) -> None:
    """Do it; a failure becomes a few words on standard error, and exit code 1."""
    try:
        act()
    except BrokenPipeError:
        raise
    except (AutogenError, OSError) as error:
        raise _failed(command, error) from None


def _failed(command: str, error: Exception) -> typer.Exit:
    """Say what went wrong, unless the person has just read it, and return the end of the program."""
    if getattr(error, "result", None) is None or not sys.stdout.isatty():
        typer.echo(f"{error}", err=True)
    if isinstance(error, SandboxUnavailable):
        typer.echo(f"On the command line, that consent is: autogen {command} --accept-no-isolation", err=True)
    if isinstance(error, ModelError) and command == "demo":
        typer.echo("Without a model, it is: autogen demo --recorded", err=True)
    return typer.Exit(1)


app.command()(doctor)
app.command("serve-code")(serve_code)
add_records(app)
add_work(app)
