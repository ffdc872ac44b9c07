"""Can workers on one PostgreSQL be killed without harm, are four of them faster than one, and what does waiting cost?

Three questions, each with real worker processes of `autogen worker`, and a table with the machine, the commit and this command:

- kills: conversations with tools, on four workers, one of which is killed (kill -9) and started anew whenever all four have been at
  work for two seconds. Every conversation must end, and no mail may be sent twice.
- speed: the same, without kills, by one worker and by four, ten conversations at a time each; the model's latency dominates.
- waiting: conversations that wait for a human cost a worker memory and CPU time; all of them are answered, and it goes on.

    python benchmarks/workers.py                              with a server of its own, on a loopback port
    python benchmarks/workers.py --conversations 100 --only kills
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE.parent), str(_HERE)]

import workers_programs  # noqa: E402 - from the path above

from autogen.stores import inbox  # noqa: E402 - beside the others
from autogen.workers import submit  # noqa: E402 - beside the others
from autogen.workers.submitting import queue_at  # noqa: E402 - beside the others
from tests.servers.postgres_server import Server  # noqa: E402 - from the path above

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

_PROGRAM = _HERE / "workers_programs.py"
_ACTIVE = "SELECT count(*) FROM autogen_queue.workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"
_ENDS = "SELECT reason, count(*) FROM autogen.runs GROUP BY reason"
_PATIENCE_S = 1_200.0


class Workers:
    """Worker processes on one database.

    Args:
        database: their URL.
        variables: of their environment.
        options: of `autogen worker`.
    """

    def __init__(self, database: str, variables: dict[str, str], *options: str) -> None:
        self._command = [str(Path(sys.executable).with_name("autogen")), "worker", str(_PROGRAM), *options]
        self._environment = {**os.environ, "AUTOGEN_DATABASE": database, **variables}
        self.processes: list[subprocess.Popen[bytes]] = []
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - for as long as they work
        self._started = 0

    def start(self, count: int) -> None:
        """Start some more."""
        self._started += count
        for _ in range(count):
            self.processes.append(
                subprocess.Popen(self._command, env=self._environment, stdout=self._log, stderr=self._log)
            )

    @property
    def are_at_work(self) -> bool:
        """Whether all that were started have begun to work."""
        told = os.pread(self._log.fileno(), 1_000_000_000, 0)
        return told.count(b"Working on") == self._started

    def kill(self, chance: random.Random) -> None:
        """Kill one as if by an accident."""
        process = self.processes.pop(chance.randrange(len(self.processes)))
        process.kill()
        process.wait()

    def stop(self) -> None:
        """Stop all, in order."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(60)
        self.processes.clear()


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """Run a server that waits for the disk as an ordinary one does."""
    server = Server.create()
    with (server.folder / "data" / "postgresql.conf").open("a") as file:
        file.write("fsync = on\nmax_connections = 300\n")
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
        server.remove()


def fresh_database(server: Server, name: str) -> str:
    """Make a database, and return its URL."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type] - a name of ours
    return server.url(name)


def ask(database: str, question: str) -> list[tuple[Any, ...]]:
    """Ask the database something."""
    with psycopg.connect(database) as connection:
        return connection.execute(question).fetchall()  # type: ignore[arg-type] - a constant


async def until_idle(database: str, *, each_s: float = 0.1, meanwhile: Callable[[], None] = lambda: None) -> float:
    """Wait until nothing is queued or held, and return how long that took."""
    began = time.monotonic()
    while ask(database, _ACTIVE)[0][0]:
        if time.monotonic() - began > _PATIENCE_S:
            raise TimeoutError(f"After {_PATIENCE_S:g} s there is still work: {ask(database, _ENDS)}")
        meanwhile()
        await asyncio.sleep(each_s)
    return time.monotonic() - began


async def submit_all(database: str, target: str, names: Sequence[str], **options: Any) -> float:
    """Submit a conversation of each name, and return how long that took."""
    began = time.monotonic()
    await in_batches(names, lambda name: submit(target, name, run_id=name, database=database, **options))
    return time.monotonic() - began


async def in_batches(names: Sequence[str], work: Callable[[str], Awaitable[Any]], size: int = 50) -> None:
    """Do something for every name, so many at a time."""
    for start in range(0, len(names), size):
        await asyncio.gather(*(work(name) for name in names[start : start + size]))


async def kills(server: Server, count: int, seed: int) -> dict[str, str]:
    """Kill workers while they hold conversations; count what was sent twice, or never and without a word."""
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    database, names = fresh_database(server, "kills"), [f"letter{n}" for n in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger"
        ledger.touch()
        workers = Workers(database, {"BENCHMARK_LEDGER": str(ledger), "BENCHMARK_LATENCY_S": "1"}, "--at-once", "25")
        await submit_all(database, "workers_programs.py:clerk", names, in_doubt="skip")
        workers.start(4)
        killed, due = 0, 0.0

        def kill_one() -> None:
            nonlocal killed, due
            if not workers.are_at_work:
                due = time.monotonic() + 2
            elif time.monotonic() > due:
                workers.kill(chance)
                workers.start(1)
                killed += 1

        took = await until_idle(database, meanwhile=kill_one)
        workers.stop()
        sent = Counter(ledger.read_text().split())
    wanted = {f"{name}-{n}" for name in names for n in range(workers_programs.MAILS)}
    journal = queue_at(database).journal
    skipped = {
        f"{name}-{n}"
        for name in names
        for n in range(workers_programs.MAILS)
        if f"{name}-{n}" not in sent
        and any("not known" in str(getattr(event, "output", "")) for event in journal.events(name))
    }
    ends = dict(ask(database, _ENDS))
    return {
        "conversations": str(count),
        "done": str(ends.get("answered", 0)),
        "workers killed": str(killed),
        "time": f"{took:.0f} s",
        "mails sent": str(sum(sent.values())),
        "mails sent twice": str(sum(number > 1 for number in sent.values())),
        "not sent, and the model told so": str(len(skipped)),
        "not sent without a word": str(len(wanted - set(sent) - skipped)),
    }


async def speed(server: Server, count: int, _: int) -> dict[str, str]:
    """Measure how many conversations a second one worker ends, and four."""
    rates: dict[int, float] = {}
    count = min(count, 200)
    for processes in (1, 4):
        database = fresh_database(server, f"speed_{processes}")
        workers = Workers(database, {"BENCHMARK_LATENCY_S": "0.5"}, "--at-once", "10")
        await submit_all(database, "workers_programs.py:clerk", ["warm"])
        workers.start(processes)
        await until_idle(database)
        await asyncio.sleep(8)  # until the last one is there
        await submit_all(database, "workers_programs.py:clerk", [f"letter{n}" for n in range(count)])
        rates[processes] = count / await until_idle(database)
        workers.stop()
    return {
        "conversations": str(count),
        "one worker": f"{rates[1]:.2f} a second",
        "four workers": f"{rates[4]:.2f} a second",
        "ratio": f"{rates[4] / rates[1]:.2f}",
    }


async def waiting(server: Server, count: int, _: int) -> dict[str, str]:
    """Measure what waiting conversations cost a worker, and how soon they go on once they are answered."""
    database, names = fresh_database(server, "waiting"), [f"interview{n}" for n in range(count)]
    workers = Workers(database, {})
    await submit_all(database, "workers_programs.py:interview", names)
    workers.start(1)
    held = await until_idle(database)
    process = workers.processes[0].pid
    await asyncio.sleep(5)
    began, cpu_s = time.monotonic(), cpu_of(process)
    await asyncio.sleep(20)
    cpu = (cpu_of(process) - cpu_s) / (time.monotonic() - began)
    memory = memory_of(process)
    journal = queue_at(database).journal
    began, cpu_s = time.monotonic(), cpu_of(process)
    for name in names:
        inbox.answer(journal, name, "Ann")
    answering_s = time.monotonic() - began
    while dict(ask(database, _ENDS)) != {"max_turns": count}:  # noqa: ASYNC110 - the database is asked, nobody tells
        await asyncio.sleep(0.05)
    going_on_s = time.monotonic() - began - answering_s
    cpu_s = cpu_of(process) - cpu_s
    workers.stop()
    return {
        "conversations": str(count),
        "asked all within": f"{held:.1f} s",
        "worker's memory while they wait": f"{memory:.0f} MB",
        "worker's CPU while they wait": f"{100 * cpu:.1f} %",
        "time to answer them all": f"{answering_s:.1f} s",
        "all gone on with after the last answer": f"{going_on_s:.1f} s",
        "worker's CPU time for that": f"{cpu_s:.1f} s",
    }


def cpu_of(process: int) -> float:
    """Return the CPU seconds of a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(process: int) -> float:
    """Return the resident memory of a process, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def heading() -> str:
    """Return what the numbers were measured on, and by which command."""
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, cwd=_HERE, capture_output=True, text=True, check=False).stdout.strip()
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    command = shlex.join(["python", *sys.argv])
    return f"# Workers\n\n{datetime.now(UTC):%Y-%m-%d}, {machine}, commit {commit}: `{command}`"


async def main() -> None:
    questions = {"kills": kills, "speed": speed, "waiting": waiting}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=1_000)
    parser.add_argument("--only", choices=questions)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(heading())
    with postgres() as server:
        for name, question in questions.items():
            if given.only in {None, name}:
                rows = await question(server, given.conversations, given.seed)
                print(f"\n| {name} | |\n|---|---|")
                print("\n".join(f"| {title} | {value} |" for title, value in rows.items()), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
