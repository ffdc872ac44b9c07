"""What does it cost to import the framework, its main names reached?

CPU time and resident memory that the import adds to a bare interpreter; compiled files are there already.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = "floor_loop"
_STATEMENTS = {
    "floor_loop": "import asyncio, json",
    "ours": "from autogen import AssistantAgent, ConversableAgent, UserProxyAgent",
    "peer_classic": "from autogen import AssistantAgent, ConversableAgent, UserProxyAgent",
    "peer_agentchat": "from autogen_agentchat.agents import AssistantAgent, UserProxyAgent",
    "peer_ag2": "from ag2 import Agent, MemoryStream",
    "peer_openai_agents": "from agents import Agent, Runner",
    "peer_pydantic_ai": "from pydantic_ai import Agent",
    "peer_langgraph": "from langgraph.graph import START, MessagesState, StateGraph",
    "peer_agent_framework": "from agent_framework import Agent, AgentSession",
}
_METRICS = (Metric("cpu_ms", "CPU", "ms"), Metric("mb", "memory", "MB"))
CASES = (Case("import", {}, _METRICS, runs=9, peer_runs=5),)

_PROBE = """
import sys, time
def held():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024
memory, cpu = held(), time.process_time()
exec(sys.argv[1])
cpu = time.process_time() - cpu
print(cpu * 1000, held() - memory)
"""


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:  # noqa: ARG001 - there is one size
    """Return ms and MB, the better of two starts: the first may have to compile."""
    return min((_start(_STATEMENTS[contender]) for _ in range(2)), key=lambda numbers: numbers["cpu_ms"])


def _start(statement: str) -> dict[str, float]:
    paths = {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **paths}
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PROBE, statement],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    cpu_ms, mb = printed.stdout.split()
    return {"cpu_ms": float(cpu_ms), "mb": float(mb)}
