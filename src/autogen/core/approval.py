"""Approvals: whether one call of a tool, or one execution of code, may go on.

An approval covers exactly one call: who, what, with which arguments. Whoever decides is a function, sync or async, of
the request; the human at the terminal is one, a queue behind a web page another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from autogen.core.sync import call
from autogen.errors import ConversationError

Decision = bool | str | None
"""`True` approves, `False` refuses, text refuses and says why, `None` leaves it pending: the run stops."""


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """What is to be approved.

    Args:
        kind: "tool" or "code".
        agent: name of the agent that would do it.
        name: the tool's name, or the language of the code.
        arguments: canonical JSON (keys sorted) of the arguments, or the code.
        call_id: the id of the call; for code, the SHA-256 of its blocks; empty if it has none.
        warnings: what an analyser says of it, for whoever decides; not part of what is approved.
    """

    kind: str
    agent: str
    name: str
    arguments: str
    call_id: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of all of it: two requests with one digest ask for the same call."""
        facts = {name: value for name, value in asdict(self).items() if name != "warnings"}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode("utf-8", "backslashreplace")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data, the digest included; warnings only if there are any."""
        facts = {name: value for name, value in asdict(self).items() if name != "warnings"}
        return {**facts, "digest": self.digest, **({"warnings": list(self.warnings)} if self.warnings else {})}


Approver = Callable[[ApprovalRequest], Decision | Awaitable[Decision]]


class ApprovalPending(ConversationError):
    """Nobody has decided yet: the run stops here, and nothing of this call was done."""


async def decide(approver: Approver, request: ApprovalRequest) -> Decision:
    """Return what the approver says.

    Raises:
        TypeError: it says something else than yes, no, why not, or nothing yet.
    """
    decision = await call(approver, request)
    if decision is None or isinstance(decision, (bool, str)):
        return decision
    raise TypeError(f"An approver returns True, False, a reason to refuse, or None for pending, not {decision!r}")


def canonical(arguments: Any) -> str:
    """Return arguments as JSON text that does not depend on the order of keys or on spaces."""
    return json.dumps(arguments, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def is_yes(words: str) -> bool:
    """Tell whether a human's words approve."""
    return words.strip().lower() in {"y", "yes", "ok", "approve", "approved"}
