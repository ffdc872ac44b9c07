"""Submitted conversations, told in lines of text that are safe to show."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import typer

from autogen.apps.records.telling import told_events, told_questions
from autogen.core.sync import run_sync
from autogen.errors import ConversationFailed
from autogen.observers.safe_text import safe_text
from autogen.workers.submitting import find_sync, submit_sync

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.workers.handle import Conversation

_EXIT_CODES = {"failed": 1, "cancelled": 1, "waiting": 3}


def submit(target: str, task: str | None, database: str | None, options: Mapping[str, Any]) -> Conversation:
    """Submit a conversation."""
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    return submit_sync(target, task, database=database, **given)


def find(run_id: str, database: str | None) -> Conversation:
    """Return a conversation that was submitted."""
    return find_sync(run_id, database=database)


def tell(conversation: Conversation, *, is_followed: bool) -> int:
    """Say where it stands, and what came of it; return the exit code for that.

    Args:
        conversation: the conversation.
        is_followed: show what happens first, until it is over or waits for a human.
    """
    if is_followed:
        run_sync(_follow, conversation)
    state = conversation.state_sync()
    typer.echo(f"{conversation.id}: {state}", err=True)
    if state == "done":
        value = conversation.result_sync()
        if value is not None:
            typer.echo(safe_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    elif state in {"failed", "cancelled"}:
        try:
            conversation.result_sync()
        except ConversationFailed as failure:
            typer.echo(safe_text(str(failure)), err=True)
    elif state == "waiting":
        for line in told_questions(conversation.questions_sync()):
            typer.echo(line, err=True)
        typer.echo(
            f"Answer it: autogen inbox {conversation.id} --journal {conversation.place} --answer WORDS", err=True
        )
    return _EXIT_CODES.get(state, 0)


async def _follow(conversation: Conversation) -> None:
    async for event in conversation.events():
        for line in told_events([event]):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()
