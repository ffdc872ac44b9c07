"""All that happens in a run, as events: `async for event in agent.run_stream(task)`.

Tier T0: a scripted model answers. With `--live`: your environment's model (T3).
"""

import asyncio
import sys

from autogen import AssistantAgent
from autogen.events import MessageSent, RunEnded, StepEnded, StepStarted, TokenStreamed
from autogen.testing import ScriptedModel

LIVE = "--live" in sys.argv


async def main() -> None:
    agent = AssistantAgent(
        "agent", "You answer in one sentence.", model=None if LIVE else ScriptedModel("Rain is water that fell.")
    )
    stream = agent.run_stream("What is rain?")
    async for event in stream:
        match event:
            case TokenStreamed(text=text):
                print(f"[{text}]", end="", flush=True)
            case StepStarted(kind=kind, source=source):
                print(f"{source} begins a {kind} step")
            case StepEnded(kind=kind, error=error):
                print(f"\nthe {kind} step {'failed: ' + error if error else 'is done'}")
            case MessageSent(source=source, recipient=recipient, message=message):
                print(f"{source} -> {recipient}: {message.get('content')}")
            case RunEnded(reason=reason):
                print(f"the run has ended: {reason}")
            case _:
                pass
    if stream.result is not None:
        print(f"result: {stream.result.summary}")


asyncio.run(main())
