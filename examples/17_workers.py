"""Conversations on workers: submitted to processes of their own, one of which is killed, and all of them end.

Tier T0: a scripted model writes two mails to each customer. Needs the extra `durable`; the database is an SQLite file.
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from autogen import AssistantAgent, tool
from autogen.events import StepStarted
from autogen.messages import text_of
from autogen.models.client import ModelRequest
from autogen.testing import FunctionModel, calls
from autogen.workers import submit

SENT = Path("sent.txt")


@tool(max_at_once=None)
def mail(to: str) -> str:
    """Send a mail, which must not be sent twice."""
    with SENT.open("a") as file:
        file.write(f"{to}\n")
    return f"sent to {to}"


async def write(request: ModelRequest) -> object:
    await asyncio.sleep(0.5)
    said = [text_of(message) for message in request.messages]
    if "Anything" in said[-1]:
        return f"{said[1]} is answered."
    return calls(mail, to=f"{said[1]}: {'Anything else?' if said[2:] else 'Thanks for asking.'}")


clerk = AssistantAgent("clerk", model=FunctionModel(write), tools=[mail])


def start_worker(folder: str) -> "subprocess.Popen[bytes]":
    typed = ["worker", str(Path(__file__).resolve()), "--database", f"{folder}/work.db"]
    command = [sys.executable, "-c", "from autogen.apps.cli import main; main()", *typed]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workers = [start_worker(folder), start_worker(folder)]
        conversations = [await submit(clerk, name, database=f"{folder}/work.db") for name in ("Ann", "Bob", "Eve")]
        await anext(event async for event in conversations[0].events() if isinstance(event, StepStarted))
        workers[0].kill()  # the other takes over what it held
        print(*[await conversation.result() for conversation in conversations], sep="\n")
        sent = (Path(folder) / SENT).read_text().splitlines()
        workers[1].terminate()
        print(f"{len(sent)} mails, {len(set(sent))} different; exit codes {[worker.wait() for worker in workers]}")


if __name__ == "__main__":
    asyncio.run(main())
