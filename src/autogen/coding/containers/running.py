"""One program in a container, watched to its end: by time, memory, disk and output."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from autogen.coding.places.supervisor import STOPPED, TIMED_OUT, Outcome
from autogen.coding.places.usage import Meter, readable
from autogen.core.sync import call_in_thread
from autogen.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence
    from pathlib import Path

    from autogen.coding.containers.container import Container, Execution

_TICK_S = 0.1
_TICKS_PER_LOOK = 5
_LOOKS_FOR_THE_END = 50
_LAST_WORDS_S = 0.5  # how long output may lag behind the end of the program
_TRIES = 4
_TIME_IS_UP = "its time was up"


async def run_in(
    container: Container, arguments: Sequence[str], work_dir: Path, timeout_s: float, environment: Mapping[str, str]
) -> Outcome:
    """Run a program, and return once all its processes have ended.

    The container lives on, unless they could not be killed in any other way than by removing it. Cancelling kills them.

    Raises:
        CodeError: the engine refuses, or the container is gone.
        SandboxUnavailable: the engine does not answer any more.
    """
    before = await call_in_thread(container.health)
    caps = container.setting.caps
    execution: Execution = await call_in_thread(container.begin, arguments, environment, timeout_s)
    running = asyncio.ensure_future(call_in_thread(execution.run))
    why: str | None = "it was cancelled"
    try:
        why = await _watch(execution, running, Meter(0, work_dir, caps), timeout_s)
        code = None if why else await _exit_code(execution, running)
    finally:
        if why is not None or not running.done():
            await _to_its_end(_end(container, execution, running))
    stdout, stderr = execution.stdout.text(), execution.stderr.text()
    if code is None:
        return Outcome(TIMED_OUT if why == _TIME_IS_UP else STOPPED, stdout, stderr, why)
    after = await call_in_thread(container.health)
    if after.living:
        await _to_its_end(_end(container, execution, running))
    if code != 0 and after.starved > before.starved:
        return Outcome(STOPPED, stdout, stderr, f"it used more than {readable(caps.memory_bytes)} of memory")
    return Outcome(code, stdout, stderr)


async def _watch(execution: Execution, running: asyncio.Future[None], meter: Meter, timeout_s: float) -> str | None:
    """Wait for the end; return why it must be stopped, or `None` if it ended by itself."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    ticks = 0
    while True:
        await asyncio.wait({running}, timeout=max(0.0, min(_TICK_S, deadline - loop.time())))
        if execution.prints_too_much:
            return f"it printed more than {readable(execution.allowed_bytes)}"
        if running.done():
            return None
        if loop.time() >= deadline:
            return _TIME_IS_UP
        ticks += 1
        if ticks % _TICKS_PER_LOOK == 0 and await call_in_thread(execution.exit_code) is not None:
            return None  # whoever holds its output open is not waited for
        if (reason := await asyncio.to_thread(meter.check)) is not None and not running.done():
            return reason


async def _exit_code(execution: Execution, running: asyncio.Future[None]) -> int:
    """Return the exit code of a program whose output has ended: the engine may learn of it a moment later.

    Raises:
        CodeError: the container is gone.
        SandboxUnavailable: the engine does not answer any more.
    """
    if running.done():
        running.result()  # raises what went wrong with the engine
    for _ in range(_LOOKS_FOR_THE_END):
        if (code := await call_in_thread(execution.exit_code)) is not None:
            return code
        await asyncio.sleep(_TICK_S)
    raise CodeError("The container engine does not tell how the code has ended.")


async def _end(container: Container, execution: Execution, running: asyncio.Future[None]) -> None:
    """Kill what runs and collect its last words; if that fails, remove the container."""
    try:
        await call_in_thread(execution.wait_for_start)
        for _ in range(_TRIES):
            is_dead = await call_in_thread(container.end_all)
            await asyncio.wait({running}, timeout=_LAST_WORDS_S)
            if is_dead and running.done():
                return
        await call_in_thread(container.remove)
    finally:
        execution.stop_listening()
        await asyncio.wait({running}, timeout=_LAST_WORDS_S)
        if running.done() and not running.cancelled():
            running.exception()  # seen: what killed it says more


async def _to_its_end(ending: Coroutine[Any, Any, None]) -> None:
    """Wait for it, whoever cancels meanwhile."""
    task = asyncio.ensure_future(ending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
