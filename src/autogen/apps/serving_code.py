"""The command that serves code execution to other machines: options in plain words, and a server behind them."""

import contextlib
import ipaddress
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autogen.errors import AutogenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.coding.executor import CodeExecutor

_TOKEN_VARIABLE = "AUTOGEN_CODE_TOKEN"  # noqa: S105 - its name, not a token


def serve_code(
    *,
    image: Annotated[
        str | None, typer.Option(metavar="IMAGE", help="Run code in containers of it.", show_default="in the sandbox")
    ] = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0 takes a free one.")] = 8700,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="A name under which clients reach this machine; may be given several times."),
    ] = None,
    timeout: Annotated[int, typer.Option(metavar="SECONDS", min=1, help="For each block of code.")] = 60,
    work_dir: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where sessions get their folders.", show_default="with temporary files"),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificate and key, for https; in PEM format.")
    ] = None,
) -> None:
    """Run code for RemoteCodeExecutor on other machines.

    Each client gets a folder and an executor of its own, without network. Whoever knows the token can run code here, in the
    sandbox: it is the value of AUTOGEN_CODE_TOKEN, or made up and shown. For other settings, serve code_server from Python.
    """
    names = _names_for(host, name or [])
    token = os.environ.get(_TOKEN_VARIABLE) or _made_token()
    where = f"containers of {image}" if image else "the sandbox"
    try:
        from autogen.coding.remote.server import code_server  # noqa: PLC0415 - slow to import
        from autogen.coding.remote.serving import serve  # noqa: PLC0415 - likewise

        app = code_server(_maker(image, timeout), token, hosts=names, work_dir=work_dir)
        serve(
            app, host, port, certificate, lambda url: typer.echo(f"Code server at {url}, in {where}; Ctrl-C ends it.")
        )
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=_TOKEN_VARIABLE) from None
    except (AutogenError, OSError) as error:
        typer.echo(f"The server cannot be started: {error}", err=True)
        raise typer.Exit(1) from None


def _made_token() -> str:
    token = secrets.token_urlsafe(24)
    typer.echo(f"{_TOKEN_VARIABLE}={token}")
    return token


def _names_for(host: str, names: list[str]) -> list[str]:
    """Return the host names that requests may bear; all of a machine's names are not known from here."""
    with contextlib.suppress(ValueError):
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback and not names:
            raise typer.BadParameter(
                f"{host} is more than this machine. Say under which names clients reach it: --name code.example.org",
                param_hint="--host",
            )
    return ["localhost", "127.0.0.1", "[::1]", *names]


def _maker(image: str | None, timeout: int) -> "Callable[[Path], CodeExecutor]":
    """Return what makes an executor for a directory."""
    if image is not None:
        from autogen.coding.containers.executor import ContainerCodeExecutor  # noqa: PLC0415 - slow to import

        return lambda directory: ContainerCodeExecutor(image, timeout=timeout, work_dir=directory)
    from autogen.coding.local import LocalCommandLineCodeExecutor  # noqa: PLC0415 - slow to import

    return lambda directory: LocalCommandLineCodeExecutor(timeout, work_dir=directory)
