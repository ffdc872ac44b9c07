"""Ask the supply chain.

    python -m examples.applications.supply_chain "What if demand at Anchor rises by 20%?"

Without a question it asks you for them, or answers three of its own where nobody is there. `--show` shows the
conversation behind each answer. Tier T1: rules play the models; with `--live`, the model of your environment does (T3).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from autogen import AutogenError, run_settings
from autogen.events import MessageSent
from autogen.io import IOStream
from autogen.observers.console import ConsoleObserver
from autogen.testing import RecordingObserver
from examples.applications.supply_chain.app import SupplyChain

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTIONS = (
    "What if demand at Anchor rises by 20%?",
    "What if the roastery at the Harbour closes?",
    "What if each cafe is supplied by one roastery only?",
)


def main(*arguments: str) -> None:
    """Answer the questions that are given, typed, or assumed."""
    shows = "--show" in arguments
    chain = SupplyChain(live="--live" in arguments, silent=not shows)
    for question in questions([each for each in arguments if not each.startswith("--")]):
        record = RecordingObserver()
        with run_settings(observers=[record, ConsoleObserver()] if shows else [record]):
            result = chain.ask(question)
        hops = len(
            [event for event in record.of(MessageSent) if chain.user.name not in {event.source, event.recipient}]
        )
        if not shows:
            print(result.summary)
        print(f"({hops} messages among the agents; programs reviewed: {len(chain.reviews)})")
        chain.reviews.clear()


def questions(given: list[str]) -> Iterator[str]:
    """Give the questions one by one."""
    if given or not sys.stdin.isatty():
        for question in given or QUESTIONS:
            print(f"\n> {question}")
            yield question
        return
    print("Ask what would change if …; an empty line ends. For example:", *QUESTIONS, sep="\n  ")
    try:
        while question := IOStream.get_default().input("\n> ").strip():  # unlike `input`, it never misses a Ctrl-C
            yield question
    except (EOFError, KeyboardInterrupt):
        print()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except AutogenError as error:  # no model, no sandbox: the error says what to do
        sys.exit(str(error))
