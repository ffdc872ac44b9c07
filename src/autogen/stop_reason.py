"""Why a conversation ended, as data."""

from __future__ import annotations

from typing import Literal, NamedTuple

StopKind = Literal[
    "terminated",  # the speaker saw a termination message
    "exit",  # a human typed 'exit'
    "no_human",  # a human was asked and nobody is there (end of file)
    "max_auto_replies",  # max_consecutive_auto_reply was reached
    "max_turns",
    "no_speaker",  # nobody of the group may speak, or its policy chose nobody
    "no_reply",  # nobody answered, or the answer was not wanted
    "answered",  # a single agent gave its answer
    "pending",  # a call waits for approval
    "condition",  # a stop condition held
    "limit",  # a limit on money, tokens, calls, time or depth fired
    "cancelled",
    "failed",
    "stopped",  # from outside
]


class StopReason(NamedTuple):
    """Why it ended (`kind`), who ended it (`by`, an agent's name), and a sentence with the values (`detail`)."""

    kind: StopKind
    by: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return self.detail or (f"{self.kind} by {self.by}" if self.by else self.kind)
