"""Runs one call of a tool: reads and checks the arguments, calls the function, and makes an answer out of what comes.

Whatever happens becomes an answer that the model can act on; only a cancellation, an approval that is still pending and
the human's Ctrl-C come through.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from autogen.core.approval import ApprovalPending
from autogen.core.sync import call, call_in_thread, coroutine_of, is_async
from autogen.errors import ToolError
from autogen.tools.arguments import read_arguments
from autogen.tools.context import NOWHERE, ToolContext
from autogen.tools.results import collected, cut, cut_and_kept, drained, to_text
from autogen.tools.signature import name_of
from autogen.tools.watching.held_loop import Watched
from autogen.tools.watching.late import Ending
from autogen.tools.watching.surroundings import look_around, tell_changes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autogen.tools.tool import Tool

_logger = logging.getLogger("autogen.tools")

MAX_ERROR_CHARS = 2_000
CANCEL_GRACE_S = 1.0
FIRST_RETRY_S = 0.1
_gates: WeakKeyDictionary[Tool, WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]] = WeakKeyDictionary()


class Outcome(NamedTuple):
    """What came of a call: whether it worked, the text for the model, and the stack of an exception for the developer.

    `extras` is what a result tells besides its text, for the answer's `extras`: one with `as_tool_answer()`, which
    returns (text, extras), as a `Handoff` does.
    """

    ok: bool
    content: str
    trace: str | None = None
    extras: dict[str, Any] | None = None


def failed(text: str, trace: str | None = None) -> Outcome:
    """Return the outcome of a call that did not work."""
    return Outcome(ok=False, content=cut(f"Error: {text}", MAX_ERROR_CHARS), trace=trace)


class _Overdue(Exception):
    """The time limit of a tool has passed; `is_over` tells whether it stopped then."""

    def __init__(self, *, is_over: bool) -> None:
        super().__init__()
        self.is_over = is_over


class _Crash(Exception):
    """A tool raised what would end the program."""


async def run_tool(tool: Tool, given: object, context: ToolContext = NOWHERE) -> Outcome:
    """Run a call with the arguments that a model gave, and return what came of it."""
    try:
        arguments = tool.checked.validate(read_arguments(given))
    except ValueError as error:
        return failed(str(error))
    if tool.max_at_once is None:
        return await _attempts(tool, arguments, context)
    if isinstance(tool.max_at_once, str):  # one run at a time
        token = await tool.gate.enter(tool.name)
        try:
            return await _attempts(tool, arguments, context)
        finally:
            if token is not None:
                tool.gate.leave(token)
    async with _gate_of(tool, tool.max_at_once):
        return await _attempts(tool, arguments, context)


def _gate_of(tool: Tool, max_at_once: int) -> asyncio.Semaphore:
    """Return what the calls of a tool wait at, on this event loop."""
    gates = _gates.setdefault(tool, WeakKeyDictionary())
    return gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(max_at_once))


async def _attempts(tool: Tool, arguments: dict[str, Any], context: ToolContext) -> Outcome:
    for attempt in range(tool.retries + 1):
        outcome, may_try_again = await _attempt(tool, dict(arguments), context)
        if not may_try_again or attempt == tool.retries:
            return outcome
        await asyncio.sleep(FIRST_RETRY_S * 2**attempt)
    raise AssertionError("there is at least one attempt")


async def run_function(function: Callable[..., Any], given: object) -> Outcome:
    """Run a plain function of a `function_map` as the classic does: JSON and nothing near it, arguments as they are."""
    try:
        arguments: Any = json.loads(given, strict=False) if isinstance(given, str) else given
    except (ValueError, RecursionError) as error:
        return failed(f"{error}\n The argument must be in JSON format.")
    if not isinstance(arguments, dict):
        name = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', name_of(function))}"
        return failed(f"{name}() argument after ** must be a mapping, not {type(arguments).__name__}")
    keywords = cast("dict[str, Any]", arguments)
    try:
        if is_async(function) or coroutine_of(function) is not None:
            return Outcome(ok=True, content=_as_said(await _awaited(function, [], keywords)))
        return Outcome(ok=True, content=_as_said(await call(_guarded(function), **keywords)))
    except ApprovalPending:
        raise
    except _Crash as crash:
        return _failure(name_of(function), crash.__cause__ or crash)
    except Exception as error:  # noqa: BLE001 - whatever a function raises is for the model in short, and logged in full
        return _failure(name_of(function), error)._replace(content=f"Error: {error}")


def _as_said(value: object) -> str:
    return value if isinstance(value, str) else str(value)


async def _attempt(tool: Tool, arguments: dict[str, Any], context: ToolContext) -> tuple[Outcome, bool]:
    """Return the outcome, and whether another attempt might do better."""
    try:
        value = await _perform(tool, arguments, context)
        telling = getattr(value, "as_tool_answer", None)
        text, extras = (to_text(value), None) if telling is None else telling()
        content = text if tool.takes_whole(text) else await cut_and_kept(text, tool.max_result_chars, tool.name)
        return Outcome(ok=True, content=content, extras=extras), False
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return failed(f"{tool.name} was cancelled from within."), False
    except ToolError as error:
        return failed(str(error) or type(error).__name__), False
    except ApprovalPending:
        raise
    except _Overdue as overdue:
        return failed(_told_overdue(tool, overdue)), True
    except _Crash as crash:
        return _failure(tool.name, crash.__cause__ or crash), False
    except Exception as error:  # noqa: BLE001 - whatever a tool raises is for the model in short, and logged in full
        return _failure(tool.name, error), True


async def _perform(tool: Tool, arguments: dict[str, Any], context: ToolContext) -> Any:
    for name in tool.context_parameters:
        arguments[name] = context
    positional = (
        [arguments.pop(name) for name in tool.checked.positional if name in arguments]
        if tool.checked.positional
        else []
    )
    before = look_around()
    try:
        if tool.is_async and tool.timeout_s is None:
            return await Watched(_awaited(tool.function, positional, arguments), tool.name)
        return await _followed(tool, positional, arguments, Ending(tool.name, context))
    finally:
        tell_changes(tool.name, before)


async def _followed(tool: Tool, positional: list[Any], arguments: dict[str, Any], ending: Ending) -> Any:
    """Await a call that may be left behind; what comes of it then is noted."""
    if tool.is_async:
        running = Watched(_awaited(tool.function, positional, arguments), tool.name)
        return await _within(running, tool.timeout_s, ending)
    guarded = ending.followed(_guarded(tool.function))
    if tool.timeout_s is not None:
        return await _within(_threaded(guarded, positional, arguments), tool.timeout_s, ending)
    try:
        return await collected(await call(guarded, *positional, **arguments))
    except asyncio.CancelledError:
        ending.give_up()
        raise


async def _awaited(function: Callable[..., Any], positional: list[Any], arguments: dict[str, Any]) -> Any:
    try:
        awaiting = function if coroutine_of(function) is None else partial(call, function)
        value = await awaiting(*positional, **arguments)
        return await collected(value) if hasattr(value, "__aiter__") else value
    except (Exception, asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as error:
        raise _Crash from error


async def _threaded(function: Callable[..., Any], positional: list[Any], arguments: dict[str, Any]) -> Any:
    return await collected(await call_in_thread(function, *positional, **arguments))


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that raises nothing which would end the thread; the human's Ctrl-C comes through."""

    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return drained(function(*args, **kwargs))
        except Exception:
            raise
        except KeyboardInterrupt as error:
            if threading.current_thread() is threading.main_thread():
                raise
            raise _Crash from error
        except BaseException as error:
            raise _Crash from error

    return guarded


async def _within(running: Awaitable[Any], timeout_s: float | None, ending: Ending) -> Any:
    """Await something for so long at the most; one that does not stop when it is cancelled is left behind."""
    task = asyncio.ensure_future(running)
    task.add_done_callback(_seen)
    try:
        await asyncio.wait({task}, timeout=timeout_s)
        if task.done():
            return task.result()
    except asyncio.CancelledError:
        await _stop(task)
        ending.give_up(task)
        raise
    await _stop(task)
    ending.give_up(task)
    raise _Overdue(is_over=task.done())


async def _stop(task: asyncio.Future[Any]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_GRACE_S)


def _seen(task: asyncio.Future[Any]) -> None:
    """Take note of a late exception: nobody will ask for it."""
    if not task.cancelled():
        task.exception()


def _told_overdue(tool: Tool, overdue: _Overdue) -> str:
    left = "" if overdue.is_over and tool.is_async else " It may still be running."
    effect = "" if tool.effect == "pure" else " Whether it had any effect is not known."
    return f"{tool.name} did not end within {tool.timeout_s:g} s and was given up.{left}{effect}"


def _failure(name: str, error: BaseException) -> Outcome:
    _logger.info("The tool %r failed.", name, exc_info=error)
    trace = "".join(traceback.format_exception(error))
    text = str(error)
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return failed(said, trace)
