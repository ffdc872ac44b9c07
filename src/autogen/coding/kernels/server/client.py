"""A Jupyter server's kernels: listed, started, interrupted, restarted, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.coding.kernels.server.asking import ask, path_of
from autogen.coding.kernels.server.channel import JupyterKernelClient
from autogen.core.sync import sync_of
from autogen.core.twins import Twins

if TYPE_CHECKING:
    from autogen.coding.kernels.server.connection import JupyterConnectionInfo


class JupyterClient(Twins):
    """Asks a Jupyter server for kernels.

    Every method raises `CodeServerFailed` where the server is away, refuses or answers something odd.
    """

    def __init__(self, connection_info: JupyterConnectionInfo) -> None:
        self._connection_info = connection_info

    async def a_list_kernel_specs(self) -> dict[str, Any]:
        """Return what kernels the server can start: `{"kernelspecs": {name: …}, "default": name}`."""
        return await ask(self._connection_info, "GET", "kernelspecs")

    list_kernel_specs = sync_of(a_list_kernel_specs)

    async def a_list_kernels(self) -> list[dict[str, Any]]:
        """Return the kernels that run."""
        return await ask(self._connection_info, "GET", "kernels")

    list_kernels = sync_of(a_list_kernels)

    async def a_start_kernel(self, kernel_spec_name: str) -> str:
        """Start a kernel and return its id."""
        return str((await ask(self._connection_info, "POST", "kernels", {"name": kernel_spec_name}))["id"])

    start_kernel = sync_of(a_start_kernel)

    async def a_delete_kernel(self, kernel_id: str) -> None:
        """End a kernel."""
        await ask(self._connection_info, "DELETE", path_of(kernel_id))

    delete_kernel = sync_of(a_delete_kernel)

    async def a_restart_kernel(self, kernel_id: str) -> None:
        """Start a kernel anew: its id stays, its variables are gone."""
        await ask(self._connection_info, "POST", path_of(kernel_id, "restart"))

    restart_kernel = sync_of(a_restart_kernel)

    async def a_interrupt_kernel(self, kernel_id: str) -> None:
        """Interrupt what a kernel runs."""
        await ask(self._connection_info, "POST", path_of(kernel_id, "interrupt"))

    interrupt_kernel = sync_of(a_interrupt_kernel)

    async def a_get_kernel_client(self, kernel_id: str) -> JupyterKernelClient:
        """Return a line to a kernel."""
        client = JupyterKernelClient(self._connection_info, kernel_id)
        await client.a_connect()
        return client

    get_kernel_client = sync_of(a_get_kernel_client)
