"""Ask every question of every contender, and write one table: `benchmarks/results.md`.

Each measurement is a process of its own; contenders take turns, in an order drawn anew for each round. Every number is
the median of the runs, with the least and the most, and as a ratio to the floor: the same work by a bare loop.

    python benchmarks/run.py                   with all peers (environments are made at the first time)
    python benchmarks/run.py --peers none      the floors and this project only
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shlex
import statistics
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peers import PEERS, Peer, python_of, version_in
from question import Case, Outcome
from stub_server import stub_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from question import Metric, Question

_HERE = Path(__file__).resolve().parent
_QUESTIONS = (
    "chat_turns",
    "team_turns",
    "journal",
    "journal_reading",
    "journal_postgres",
    "tool_calls",
    "http_turns",
    "many_chats",
    "stream_tokens",
    "import_time",
    "code_snippet",
    "kernel_cells",
    "containers",
)
_FOREIGN = ("OPENAI_", "OAI_", "AUTOGEN_", "PYTHON", "AZURE_")
_EACH_RUN_S = 120.0


class Runner:
    """Runs measurements, each in a process of its own.

    Args:
        pythons: interpreters by contender; this one for all others.
    """

    def __init__(self, pythons: Mapping[str, Path], seed: int) -> None:
        self._pythons, self._order = pythons, random.Random(seed)  # noqa: S311 - an order, not a secret

    def run_case(
        self, name: str, question: Question, case: Case, contenders: Sequence[str], runs: int | None
    ) -> dict[str, Outcome]:
        """Return the outcomes by contender, the floor's under "floor"."""
        outcomes = {contender: Outcome() for contender in ("floor", *contenders)}
        rounds = {
            contender: runs or (case.peer_runs if contender in self._pythons else case.runs) for contender in outcomes
        }
        for round_number in range(max(rounds.values())):
            present = [
                contender
                for contender in outcomes
                if round_number < rounds[contender] and not outcomes[contender].failure
            ]
            self._order.shuffle(present)
            for contender in present:
                self._measure(name, question.FLOOR if contender == "floor" else contender, case, outcomes[contender])
                print(".", end="", file=sys.stderr, flush=True)
        return outcomes

    def _measure(self, question: str, contender: str, case: Case, outcome: Outcome) -> None:
        server = nullcontext("") if case.server is None else stub_server(**case.server)
        with server as url:
            sizes = json.dumps({**case.sizes, "url": url})
            python = self._pythons.get(contender, Path(sys.executable))
            module = f"peer_{contender}" if contender in self._pythons else contender
            command = [str(python), str(_HERE / "worker.py"), question, module, sizes]
            try:
                done = subprocess.run(
                    command,
                    env=self._environment(contender),
                    check=True,
                    capture_output=True,
                    text=True,
                    timeout=_EACH_RUN_S,
                )
            except subprocess.TimeoutExpired:
                outcome.failure = f"not done in {_EACH_RUN_S:.0f} s"
                return
            except subprocess.CalledProcessError as error:
                outcome.failure = "failed"
                print(f"\n{question} {contender}: {error.stderr[-2000:]}", file=sys.stderr)
                return
        for key, value in json.loads(done.stdout.splitlines()[-1]).items():
            outcome.numbers.setdefault(key, []).append(value)

    def _environment(self, contender: str) -> dict[str, str]:
        """Return the environment variables without those that speak to a framework."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
        if contender not in self._pythons and "PYTHONPATH" in os.environ:
            kept["PYTHONPATH"] = os.environ["PYTHONPATH"]
        return kept


def cell(values: Sequence[float], floor: Sequence[float], failure: str) -> str:
    """Return median, ratio to the floor's median, and spread."""
    if not values:
        return failure
    median = statistics.median(values)
    spread = f" ({short(min(values))} to {short(max(values))})" if len(values) > 1 else ""
    ratio = f" x{short(median / statistics.median(floor))}" if floor and floor is not values else ""
    return f"**{short(median)}**{ratio}{spread}"


def short(value: float) -> str:
    """Return a number with three significant digits."""
    digits_before_point = len(str(int(value)))
    return f"{value:,.{max(0, 3 - digits_before_point)}f}"


def row(case: Case, metric: Metric, outcomes: Mapping[str, Outcome]) -> str:
    """Return one line of the table."""
    floor = outcomes["floor"].numbers.get(metric.key, [])
    cells = (cell(outcome.numbers.get(metric.key, []), floor, outcome.failure) for outcome in outcomes.values())
    return f"| {case.title}: {metric.title}, {metric.unit} | {' | '.join(cells)} |"


def facts(versions: Iterable[str], seed: int, took_s: float) -> list[str]:
    """Return where, when and how it was measured."""
    command = shlex.join(["python", "benchmarks/run.py", *sys.argv[1:]])
    return [
        f"- machine: {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB; {platform.platform()}",
        f"- load of the machine at the end, mean of five minutes: {os.getloadavg()[1]:.1f}",
        f"- Python {platform.python_version()}; commit {_commit()}; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- command: `{command}`; seed {seed} (order of the contenders); took {took_s / 60:.0f} min",
        f"- versions: {', '.join(versions)}",
    ]


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments],  # noqa: S607 - whichever git is there
            cwd=_HERE,
            check=False,
            capture_output=True,
            text=True,
        ).stdout.strip()

    changed = git("status", "--porcelain", "--", "../src", ".", ":!results.md")
    return (git("rev-parse", "--short", "HEAD") or "none") + (" with changes" if changed else "")


def peers_for(wanted: str) -> dict[str, tuple[Peer, Path]]:
    """Return peers that could be installed, by name; `wanted` is "all", "none" or names with commas.

    Raises:
        ValueError: no peer has such a name.
    """
    names = {"all": [peer.name for peer in PEERS], "none": []}.get(wanted, wanted.split(","))
    unknown = set(names) - {peer.name for peer in PEERS}
    if unknown:
        raise ValueError(
            f"unknown peers {', '.join(sorted(unknown))} (known: {', '.join(peer.name for peer in PEERS)})"
        )
    ready: dict[str, tuple[Peer, Path]] = {}
    for peer in PEERS:
        if peer.name in names:
            try:
                ready[peer.name] = (peer, python_of(peer))
            except subprocess.CalledProcessError:
                print(f"{peer.name} could not be installed and is left out", file=sys.stderr)
    return ready


def report(lines: Sequence[str], contenders: Sequence[str], about: Sequence[str], questions: Mapping[str, Any]) -> str:
    """Return the whole text of the results."""
    head = f"| work | floor | {' | '.join(contenders)} |"
    rule = "|---|" + "---|" * (len(contenders) + 1)
    notes = [
        f"- **{name}** (floor: `{module.FLOOR}`): {' '.join(str(module.__doc__).split())}"
        for name, module in questions.items()
    ]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Median of the runs, ratio to the floor, (least to most); lower is better. Written by `benchmarks/run.py`.",
            "",
            *about,
            "",
            head,
            rule,
            *lines,
            "",
            "## The questions",
            "",
            *notes,
            "",
        ]
    )


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--peers", default="all", help="all, none, or names with commas: " + ", ".join(peer.name for peer in PEERS)
    )
    parser.add_argument("--questions", default=",".join(_QUESTIONS), help="names with commas")
    parser.add_argument("--runs", type=int, help="of each, instead of each question's own number")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument(
        "--output", type=Path, default=_HERE / "results.md", help="where the table goes; - for the screen only"
    )
    options = parser.parse_args()
    began = time.monotonic()
    peers = peers_for(options.peers)
    contenders = ["ours", *peers]
    runner = Runner({name: python for name, (_, python) in peers.items()}, options.seed)
    questions: dict[str, Any] = {name: import_module(f"questions.{name}") for name in options.questions.split(",")}
    lines: list[str] = []
    for name, question in questions.items():
        for case in question.CASES:
            print(f"{name}: {case.title} ", end="", file=sys.stderr, flush=True)
            outcomes = runner.run_case(name, question, case, contenders, options.runs)
            added = [row(case, metric, outcomes) for metric in case.metrics]
            print("", *added, sep="\n", file=sys.stderr, flush=True)
            lines += added
    versions = [
        f"{name} is {peer.distribution} {version_in(python, peer.distribution)}"
        for name, (peer, python) in peers.items()
    ]
    text = report(lines, contenders, facts(versions, options.seed, time.monotonic() - began), questions)
    print(text)
    if str(options.output) != "-":
        options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _main()
