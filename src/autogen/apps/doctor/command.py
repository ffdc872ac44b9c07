"""The command `autogen doctor`."""

from __future__ import annotations

import json as as_json
from typing import Annotated

import typer


def doctor(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Say what works on this machine, and what it protects from.

    Places for the model's code are tried by running something in them; nothing is asked of the network, and no key is
    shown. The exit code is 1 if nothing here can contain code.
    """
    from autogen.apps.doctor.examining import examine  # noqa: PLC0415 - slow to import
    from autogen.core.sync import run_sync  # noqa: PLC0415 - as above

    report = run_sync(examine)
    if json:
        typer.echo(as_json.dumps(report.to_dict(), indent=1))
    else:
        from autogen.apps.doctor.telling import tell  # noqa: PLC0415 - slow to import

        tell(report)
    if not report.can_contain:
        raise typer.Exit(1)
