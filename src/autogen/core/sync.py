"""The bridge between the async core and synchronous users.

`sync_of` makes the synchronous twin of a coroutine function. One background loop serves all synchronous calls; the
caller's own thread waits, and meanwhile runs the user's synchronous functions (`call`), so that `input()`, Ctrl-C,
debuggers and thread-bound objects behave. Under an async caller, those functions run in worker threads.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from functools import partial, wraps
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Coroutine, Generator

S = TypeVar("S")
P = ParamSpec("P")
T = TypeVar("T")

CANCEL_GRACE_S = 5.0
_LOOKS_UP_S = 0.25
"""A signal that comes just before a thread begins to wait wakes nobody: so often a waiting caller looks for one."""


def sync_of(twin: Callable[Concatenate[S, P], Coroutine[Any, Any, T]]) -> Callable[Concatenate[S, P], T]:
    """Return the synchronous twin of a coroutine method: same signature, same docstring."""

    @wraps(twin)
    def wait_for(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return run_sync(twin, self, *args, **kwargs)

    wait_for.__coroutine__ = twin  # type: ignore[attr-defined]
    wait_for.__name__ = twin.__name__.removeprefix("a_")
    wait_for.__qualname__ = twin.__qualname__.replace(twin.__name__, wait_for.__name__)
    return wait_for


def coroutine_of(function: object) -> Callable[..., Coroutine[Any, Any, Any]] | None:
    """Return the coroutine function behind a twin made by `sync_of`, or `None`."""
    return getattr(function, "__coroutine__", None)


def is_async(function: object) -> bool:
    """Tell whether calling this gives something to await."""
    import inspect  # noqa: PLC0415 - slow to import, and not needed before the first conversation

    while isinstance(function, partial):
        function = cast("partial[object]", function).func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004 - asks for the method itself


def in_sync_call() -> bool:
    """Tell whether the running coroutine serves a caller of the synchronous API."""
    return _active_portal() is not None


@contextmanager
def interrupts_go_to(handler: Callable[[], bool]) -> Generator[None]:
    """Let a handler have Ctrl-C while a synchronous caller waits; it is called in that caller's thread.

    It returns whether it took the interrupt; if not, the call ends. Without a waiting caller nothing changes.
    """
    portal = _active_portal()
    if portal is None:
        yield
        return
    before, portal.on_interrupt = portal.on_interrupt, handler
    try:
        yield
    finally:
        portal.on_interrupt = before


async def call(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a user's function, sync or async, where it belongs, and await what it gives.

    A synchronous function runs in the thread of the synchronous caller, or in a worker thread if there is none.
    """
    twin = coroutine_of(function)
    if twin is not None:
        owner: tuple[Any, ...] = (getattr(function, "__self__", None),) if hasattr(function, "__self__") else ()
        return await twin(*owner, *args, **kwargs)
    if is_async(function):
        return await function(*args, **kwargs)
    portal = _active_portal()
    if portal is not None:
        result = await portal.run(function, args, kwargs)
    else:
        result = await _in_thread(function, args, kwargs)
    return await cast("Awaitable[Any]", result) if hasattr(result, "__await__") else result


def _active_portal() -> _Portal | None:
    """Return the waiting caller's portal; none on another loop, such as one that a user's function runs by itself."""
    portal = _portal.get()
    return portal if portal is not None and threading.get_ident() == _engine.thread_id else None


WORKER_NAME = "autogen-user-function"
"""What the threads are called in which users' functions run."""


async def call_in_thread(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a user's synchronous function in a worker thread, whoever the caller is."""
    return await _in_thread(function, args, kwargs)


async def _in_thread(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run in a daemon thread: one that hangs in `input()` never keeps the process from ending."""
    import asyncio  # noqa: PLC0415 - slow to import, and not needed before the first conversation

    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()
    job = _Job(function, args, kwargs, loop, future)
    threading.Thread(target=job.run_apart, name=WORKER_NAME, daemon=True).start()
    return await future


def run_sync(coroutine: Callable[..., Coroutine[Any, Any, T]], *args: Any, **kwargs: Any) -> T:
    """Run a coroutine function to its end from synchronous code.

    Raises:
        RuntimeError: called on the library's own loop, where waiting would wait for ever; names what to await.
    """
    loop = _engine.loop()
    if threading.get_ident() == _engine.thread_id:
        name = getattr(coroutine, "__name__", "the coroutine")
        raise RuntimeError(
            f"{name.removeprefix('a_')}() was called on autogen's own event loop: use 'await {name}(…)' here."
        )
    portal = _Portal(loop)
    context = copy_context()
    context.run(_portal.set, portal)
    try:
        context.run(portal.start, coroutine, args, kwargs)
        portal.serve()
    except BaseException:
        portal.abandon()
        raise
    return cast("T", portal.result())


async def on_background_loop(coroutine: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> T:
    """Await a coroutine function on the background loop: for what must outlive the caller's own loop.

    It runs outside of any run. Cancelling cancels it there, and waits for its end.
    """
    import asyncio  # noqa: PLC0415 - slow to import, and loaded already in a coroutine

    loop, here = _engine.loop(), asyncio.get_running_loop()
    if loop is here:
        return await loop.create_task(coroutine(*args), context=Context())
    ended: asyncio.Future[T] = here.create_future()
    tasks: list[asyncio.Task[T]] = []

    def settle(task: asyncio.Task[T]) -> None:
        if task.cancelled():
            ended.cancel()
        elif (error := task.exception()) is not None:
            ended.set_exception(error)
        else:
            ended.set_result(task.result())

    def begin() -> None:
        tasks.append(loop.create_task(coroutine(*args)))
        tasks[0].add_done_callback(lambda task: here.is_closed() or here.call_soon_threadsafe(settle, task))

    loop.call_soon_threadsafe(begin, context=Context())
    try:
        return await asyncio.shield(ended)
    except asyncio.CancelledError:
        loop.call_soon_threadsafe(lambda: tasks[0].cancel())  # noqa: PLW0108 - there is none before that moment
        await asyncio.wait({ended}, timeout=CANCEL_GRACE_S)
        if ended.done() and not ended.cancelled():
            ended.exception()  # seen: its caller was cancelled and will not ask
        raise


def start_on_background_loop(coroutine: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> None:
    """Start a coroutine function on the background loop and return; it tells of its failure by itself, if at all."""
    loop = _engine.loop()

    def begin() -> None:
        task = loop.create_task(coroutine(*args))
        _started.add(task)
        task.add_done_callback(lambda task: task.cancelled() or task.exception())
        task.add_done_callback(_started.discard)

    loop.call_soon_threadsafe(begin, context=Context())


class _Job:
    """One call of a user's function, to be made in another thread; its outcome goes back to the loop."""

    __slots__ = ("_args", "_context", "_function", "_future", "_kwargs", "_loop")

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        loop: asyncio.AbstractEventLoop,
        future: asyncio.Future[Any],
    ) -> None:
        self._function, self._args, self._kwargs = function, args, kwargs
        self._loop, self._future = loop, future
        self._context = copy_context()

    def __call__(self) -> None:
        try:
            result = self._context.run(self._function, *self._args, **self._kwargs)
        except Exception as error:  # noqa: BLE001 - handed on to the coroutine that asked
            self._settle(None, RuntimeError(repr(error)) if isinstance(error, StopIteration) else error)
        else:
            self._settle(result, None)

    def run_apart(self) -> None:
        """Call it in a thread that nobody waits for: an interrupt is handed to whoever awaits the outcome."""
        try:
            self()
        except KeyboardInterrupt as interrupt:
            self._settle(None, interrupt)
        except BaseException as error:  # noqa: BLE001 - handed on; a thread of ours has no one else to tell
            self._settle(None, RuntimeError(f"{type(error).__name__}: {error}"))

    def _settle(self, result: Any, error: BaseException | None) -> None:
        def settle() -> None:
            if self._future.done():
                return
            if error is None:
                self._future.set_result(result)
            else:
                self._future.set_exception(error)

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(settle)


class _Portal:
    """What a waiting synchronous caller listens to: functions to run, and the end."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._task: asyncio.Task[Any] | None = None
        self._is_abandoned = False
        self.on_interrupt: Callable[[], bool] | None = None

    def start(
        self, coroutine: Callable[..., Coroutine[Any, Any, Any]], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Begin the coroutine on the loop, in this context."""
        context = copy_context()

        def begin() -> None:
            self._task = self._loop.create_task(coroutine(*args, **kwargs), context=context)
            self._task.add_done_callback(lambda _: self._jobs.put(None))

        self._loop.call_soon_threadsafe(begin)

    def serve(self) -> None:
        """Run what the coroutine asks for, until it has ended."""
        while True:
            try:
                job = self._jobs.get(timeout=_LOOKS_UP_S)
                if job is None:
                    return
                job()  # what is no Exception (Ctrl-C, SystemExit) ends the call: see abandon
            except Empty:
                continue
            except KeyboardInterrupt:
                if self.on_interrupt is None or not self.on_interrupt():
                    raise

    async def run(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Have the waiting thread call the function."""
        if self._is_abandoned:
            raise RuntimeError("the synchronous caller was interrupted")
        future: asyncio.Future[Any] = self._loop.create_future()
        self._jobs.put(_Job(function, args, kwargs, self._loop, future))
        return await future

    def result(self) -> Any:
        """Return what the coroutine returned, or raise what it raised."""
        assert self._task is not None
        error = None if self._task.cancelled() else self._task.exception()
        if error is not None:
            raise error
        return self._task.result()

    def abandon(self) -> None:
        """Cancel the coroutine (Ctrl-C here) and give it a moment to put things in order."""
        self._is_abandoned = True
        ended = threading.Event()

        def cancel() -> None:
            if self._task is None or self._task.done():
                ended.set()
            else:
                self._task.add_done_callback(lambda _: ended.set())
                self._task.cancel()

        self._loop.call_soon_threadsafe(cancel)
        if ended.wait(CANCEL_GRACE_S) and self._task is not None and not self._task.cancelled():
            self._task.exception()  # seen: its caller was interrupted and will not ask


class _Engine:
    """The background loop, made at the first synchronous call, and anew in a forked child."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        self._process_id = 0
        self.thread_id = 0

    def loop(self) -> asyncio.AbstractEventLoop:
        """Return the running background loop."""
        if self._loop is None or self._process_id != os.getpid():
            with self._lock:
                if self._loop is None or self._process_id != os.getpid():
                    self._begin()
        assert self._loop is not None
        return self._loop

    def _begin(self) -> None:
        import asyncio  # noqa: PLC0415 - slow to import, and not needed before the first conversation

        loop = asyncio.new_event_loop()
        started = threading.Event()

        def serve() -> None:
            asyncio.set_event_loop(loop)
            self.thread_id = threading.get_ident()
            loop.call_soon(started.set)
            loop.run_forever()

        threading.Thread(target=serve, name="autogen-loop", daemon=True).start()
        started.wait()
        self._loop, self._process_id = loop, os.getpid()


_portal: ContextVar[_Portal | None] = ContextVar("autogen_portal", default=None)
_engine = _Engine()
_started: set[asyncio.Task[Any]] = set()  # a loop keeps no hold of its tasks
