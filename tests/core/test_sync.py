"""The bridge between the async core and synchronous users."""

import asyncio
import contextvars
import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from autogen.core.sync import call, in_sync_call, run_sync, sync_of
from autogen.core.twins import Twins


class Greeter(Twins):
    async def a_greet(self, name: str) -> str:
        """Greet."""
        return f"hello {name}"

    async def a_greet_twice(self, name: str) -> str:
        return f"{await self.a_greet(name)}, {await self.a_greet(name)}"

    greet = sync_of(a_greet)
    greet_twice = sync_of(a_greet_twice)


def test_the_sync_twin_returns_what_the_coroutine_returns():
    assert Greeter().greet("you") == "hello you"


def test_the_sync_twin_keeps_name_signature_and_docstring():
    assert Greeter.greet.__name__ == "greet"
    assert Greeter.greet.__doc__ == "Greet."


def test_the_sync_twin_raises_what_the_coroutine_raises():
    async def fail() -> None:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        run_sync(fail)


def test_the_sync_twin_works_under_a_running_loop_as_in_a_notebook():
    async def cell() -> str:
        return Greeter().greet("cell")

    assert asyncio.run(cell()) == "hello cell"


def test_a_users_sync_function_runs_in_the_thread_of_the_sync_caller():
    async def work() -> int:
        return await call(threading.get_ident)

    assert run_sync(work) == threading.get_ident()


def test_a_users_sync_function_runs_in_another_thread_under_an_async_caller():
    async def work() -> int:
        return await call(threading.get_ident)

    assert asyncio.run(work()) != threading.get_ident()


def test_a_users_sync_function_may_call_sync_twins_to_any_depth():
    def dive(depth: int) -> int:
        async def deeper() -> int:
            return await call(dive, depth - 1)

        return 0 if depth == 0 else 1 + run_sync(deeper)

    assert dive(30) == 30


def test_a_users_sync_function_that_runs_a_loop_of_its_own_does_not_wait_for_itself():
    async def inner() -> str:
        return await call(lambda: "done")

    async def outer() -> str:
        return await call(lambda: asyncio.run(inner()))

    assert run_sync(outer) == "done"


def test_context_variables_reach_the_users_function():
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name", default="nobody")

    async def work() -> str:
        name.set("somebody")
        return await call(name.get)

    assert run_sync(work) == "somebody"
    assert asyncio.run(work()) == "somebody"


def test_what_a_sync_function_returns_is_awaited_if_it_can_be():
    async def value() -> int:
        return 7

    async def work() -> int:
        return await call(value)

    assert run_sync(work) == 7


def test_calling_the_sync_twin_on_the_librarys_own_loop_names_the_twin_to_await():
    async def work() -> str:
        return Greeter().greet("loop")

    with pytest.raises(RuntimeError, match=r"await a_greet"):
        run_sync(work)


def test_a_coroutine_can_tell_that_it_serves_a_sync_caller():
    async def ask() -> bool:
        return in_sync_call()

    assert run_sync(ask) is True
    assert asyncio.run(ask()) is False


def test_a_subclass_that_overrides_the_sync_twin_is_followed_by_the_async_one():
    class Loud(Greeter):
        def greet(self, name: str) -> str:
            return super().greet(name).upper()

    assert Loud().greet_twice("a") == "HELLO A, HELLO A"
    assert asyncio.run(Loud().a_greet("a")) == "HELLO A"


def test_a_subclass_that_overrides_the_async_twin_is_followed_by_the_sync_one():
    class Loud(Greeter):
        async def a_greet(self, name: str) -> str:
            return (await super().a_greet(name)).upper()

    assert Loud().greet("a") == "HELLO A"


def test_a_mixin_may_override_a_twin():
    class Loud:
        def greet(self, name: str) -> str:
            return super().greet(name).upper()  # type: ignore[misc]

    class LoudGreeter(Loud, Greeter):
        pass

    assert asyncio.run(LoudGreeter().a_greet_twice("a")) == "HELLO A, HELLO A"


def test_a_subclass_of_a_subclass_overrides_the_other_twin():
    class Loud(Greeter):
        def greet(self, name: str) -> str:
            return super().greet(name).upper()

    class LoudAndPolite(Loud):
        async def a_greet(self, name: str) -> str:
            return await super().a_greet(name) + ", please"

    assert LoudAndPolite().greet("a") == "HELLO A, please"


def test_a_method_replaced_on_an_instance_is_followed_by_its_twin():
    greeter = Greeter()
    greeter.greet = "bye {}".format
    assert asyncio.run(greeter.a_greet_twice("a")) == "bye a, bye a"


def test_stop_iteration_from_a_users_function_is_an_ordinary_error():
    async def work() -> None:
        await call(next, iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"):
        run_sync(work)


def test_system_exit_in_a_users_function_ends_the_sync_call():
    async def work() -> None:
        await call(sys.exit, 3)

    with pytest.raises(SystemExit) as stopped:
        run_sync(work)
    assert stopped.value.code == 3


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_stops_a_sync_call_at_once_and_lets_it_clean_up():
    program = textwrap.dedent("""
        import asyncio
        from autogen.core.sync import run_sync
        async def work():
            try:
                print("waiting", flush=True)
                await asyncio.sleep(60)
            finally:
                print("cleaned up", flush=True)
        try:
            run_sync(work)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    """)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    os.kill(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=10)
    assert output == "cleaned up\ninterrupted\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_gets_a_loop_of_its_own():
    program = textwrap.dedent("""
        import os
        from autogen.core.sync import run_sync
        async def seven():
            return 7
        assert run_sync(seven) == 7
        child = os.fork()
        if child == 0:
            os._exit(run_sync(seven))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status))
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == "7\n"
