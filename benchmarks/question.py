"""What a question and a contender are, to the script that runs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table: a number that `measure` returns under `key`; lower is better."""

    key: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class Case:
    """One size of a question.

    Args:
        title: for the table.
        sizes: handed to `measure`.
        metrics: what comes back.
        server: settings of the stub server, if one is needed; its URL reaches `measure` as `url`.
        runs: how often, each in a process of its own.
        peer_runs: how often for the peers.
    """

    title: str
    sizes: Mapping[str, int]
    metrics: Sequence[Metric]
    server: Mapping[str, int] | None = None
    runs: int = 5
    peer_runs: int = 3


class Question(Protocol):
    """A module of `questions/`."""

    FLOOR: str
    CASES: Sequence[Case]

    async def measure(self, contender: str, sizes: Mapping[str, Any]) -> dict[str, float]:
        """Do the work once in this process (after a warm-up) and return the numbers."""
        ...


class Contender(Protocol):
    """A module of `contenders/`: the same work by one framework. A floor answers only what it is the floor of."""

    async def pair_chat(self, turns: int, history: int) -> Callable[[], Awaitable[int]]:
        """Make two agents with a stub model in process, who have said `history` messages already.

        The function lets them say `turns` more, and returns how many were said.
        """
        ...

    async def team_chat(self, members: int, turns: int) -> Callable[[], Awaitable[int]]:
        """Make a group of agents with a stub model in process, who speak in turn.

        The function lets them say `turns` messages, the opening included, and returns how many were said.
        """
        ...

    async def recorded_chat(self, turns: int, path: Path) -> Callable[[], Awaitable[int]]:
        """Make the same two agents; what they say is kept in a file, made at this path, and safe from a kill."""
        ...

    async def opened_chat(self, messages: int, path: Path) -> Callable[[], Awaitable[int]]:
        """Record so many messages in a file, if it is not there; the function opens it and reads them."""
        ...

    async def listed_runs(self, runs: int, path: Path) -> Callable[[], Awaitable[int]]:
        """Record so many short chats in a file, if it is not there; the function lists them."""
        ...

    async def replayed_chat(self, turns: int, path: Path) -> Callable[[], Awaitable[int]]:
        """Record a chat in a file, if it is not there; the function does it again without a model."""
        ...

    async def chats_in_postgres(
        self, url: str, chats: int, turns: int
    ) -> tuple[Any, list[Callable[[], Awaitable[int]]]]:
        """Make so many conversations, to be recorded in one database, and what is to be closed after them."""
        ...

    async def tool_calls(self, rounds: int, at_once: int, wait_ms: int) -> Callable[[], Awaitable[int]]:
        """Make an agent with a stub model and a tool `add(a, b)`, which waits so long before it answers.

        The function has the model ask for so many calls in a message, for so many rounds, and returns how many were
        answered.
        """
        ...

    def model_at(self, url: str) -> Any:
        """Return a model client for the server, to be shared by all conversations."""
        ...

    async def converse(self, model: Any, turns: int) -> int:
        """Make an agent with this model and ask it `turns` times in one conversation; return how often it answered."""
        ...

    async def stream(self, model: Any) -> int:
        """Have one reply streamed to the caller; return how many pieces came."""
        ...


@dataclass(slots=True)
class Outcome:
    """What the runs of one contender at one case gave: numbers by metric, and why there are none."""

    numbers: dict[str, list[float]] = field(default_factory=dict[str, "list[float]"])
    failure: str = ""
