"""Whoever has one kernel at a time: starts it when it is needed or beforehand, and says when its variables are lost.

All its coroutines run on the background loop, so that a kernel outlives the loop of whoever first asked for it.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.coding.kernels.kernel import Kernel, program
from autogen.coding.kernels.process import FOR_EVER_S
from autogen.coding.places.bubblewrap import Bubblewrap
from autogen.core.one_at_a_time import OneAtATime
from autogen.core.sync import start_on_background_loop
from autogen.errors import SandboxUnavailable

if TYPE_CHECKING:
    from autogen.coding.kernels.cell import CellOutcome
    from autogen.coding.local import LocalCommandLineCodeExecutor
    from autogen.coding.places.place import Caps, Place


class KernelKeeper:
    """Keeps a kernel.

    Args:
        programs: says where it runs, and with what settings.
        caps: bounds of each kernel, for as long as it lives.
        is_warm: whether a new kernel is started as soon as one is gone.

    Attributes:
        turn: held by whoever uses the kernel.
        has_variables: whether the living kernel has run anything.
    """

    def __init__(self, programs: LocalCommandLineCodeExecutor, caps: Caps, *, is_warm: bool) -> None:
        self._programs, self._caps, self._is_warm = programs, caps, is_warm
        self.turn = OneAtATime()
        self.has_variables = False
        self._kernel: Kernel | None = None
        self._starting: asyncio.Task[Kernel] | None = None
        self._loss = ""
        self._process_id = os.getpid()

    async def run(self, code: str, timeout_s: float) -> CellOutcome:
        """Run a cell.

        Raises:
            SandboxUnavailable, CodeError: no kernel could be started.
        """
        kernel = await self.warm()
        self.has_variables = True
        try:
            outcome = await kernel.run(code, timeout_s)
        except BaseException:
            if kernel.ended is not None:
                self._loss = kernel.ended
                await self._replace(kernel)
            raise
        if kernel.ended is not None:
            await self._replace(kernel)
        return outcome

    async def loss(self) -> str:
        """Return why the variables of earlier blocks are gone, once; empty if they are there, or there were none."""
        self._notice_fork()
        kernel = self._kernel
        if kernel is not None and kernel.ended is not None:
            self._loss = kernel.ended if self.has_variables else self._loss
            await self._replace(kernel)
        loss, self._loss = self._loss, ""
        return loss

    async def warm(self) -> Kernel:
        """Return the living kernel, started if there is none.

        Raises:
            SandboxUnavailable, CodeError: it could not be started.
        """
        self._notice_fork()
        if self._kernel is not None and self._kernel.ended is None:
            return self._kernel
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._start())
        return await asyncio.shield(self._starting)  # where this caller is cancelled, the next one can use it

    async def interrupt(self) -> None:
        """Interrupt the cell that runs, if one does."""
        if self._kernel is not None:
            await self._kernel.interrupt()

    async def restart(self) -> None:
        """Kill the kernel, whatever it does; nobody is told of a loss that was asked for."""
        self._loss = ""
        if self._kernel is not None:
            await self._replace(self._kernel)

    async def stop(self) -> None:
        """Kill the kernel, and start none."""
        self._is_warm = False
        if self._starting is not None:
            await asyncio.wait({self._starting})
        await self.restart()

    def kill(self) -> None:
        """Kill the kernel at once, from any thread."""
        self._is_warm = False
        if self._kernel is not None and self._process_id == os.getpid():
            self._kernel.kill()

    async def _start(self) -> Kernel:
        programs = self._programs
        await programs.a_execute_code_blocks([])  # which makes the user's functions importable
        place = await programs.find_place()
        check_place(place)
        command = programs.command(place, program(programs.interpreter(place).executable))
        async with AsyncExitStack() as opened:
            command = await opened.enter_async_context(programs.gate(place, command))
            kernel = Kernel(place, replace(command, timeout_s=FOR_EVER_S), self._caps, opened.pop_all())
        await kernel.start()
        self._kernel, self.has_variables = kernel, False
        return kernel

    async def _replace(self, kernel: Kernel) -> None:
        self._kernel, self.has_variables = None, False
        await kernel.stop()
        if self._is_warm:
            start_on_background_loop(self.warm)

    def _notice_fork(self) -> None:
        """Let go of the kernel in a child process: it has its parent's objects, but not its parent's kernel."""
        if self._process_id != os.getpid():
            self._process_id, self._kernel, self._starting = os.getpid(), None, None
            self._loss = "this is another process" if self.has_variables else ""


def check_place(place: Place) -> None:
    """See that a kernel can live in a place: it answers through sockets.

    Raises:
        SandboxUnavailable: names the ways out.
    """
    if place.contains and not isinstance(place, Bubblewrap):
        raise SandboxUnavailable(
            f"A kernel cannot be contained on this machine: it answers through sockets, which {place.name} lets code have "
            f"none of. Ways out: make bubblewrap work (autogen doctor says why it does not); or LocalCommandLineCodeExecutor, "
            f"whose blocks are programs of their own; or KernelCodeExecutor(sandbox='none', accept_no_isolation=True), which "
            f"runs the model's code with all your rights."
        )
