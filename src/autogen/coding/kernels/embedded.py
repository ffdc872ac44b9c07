"""The classic's name for a kernel beside the program, with its parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autogen.coding.kernels.executor import KernelCodeExecutor


class EmbeddedIPythonCodeExecutor(KernelCodeExecutor):
    """Runs Python blocks in one process that keeps their variables, as `KernelCodeExecutor` does, in the sandbox.

    Args:
        timeout: seconds for each block.
        kernel_name: "python3": there is no other in the sandbox.
        output_dir: where the code runs, and where pictures and tables are saved that it shows; it exists.
        options: further keywords of `KernelCodeExecutor`.

    Raises:
        ValueError: a timeout below 1, another kernel, or no such directory.
        MissingExtra: jupyter-client is not installed.
    """

    def __init__(
        self, timeout: int = 60, kernel_name: str = "python3", output_dir: Path | str = ".", **options: Any
    ) -> None:
        if kernel_name not in {"python3", "python"}:
            raise ValueError(
                f"Kernel {kernel_name} is not installed: the sandbox has 'python3' alone. "
                f"Other kernels run on a server of Jupyter's: JupyterCodeExecutor."
            )
        if not Path(output_dir).is_dir():
            raise ValueError(f"Output directory {output_dir} does not exist.")
        self._kernel_name, self._shown_in = kernel_name, Path(output_dir)
        options = {"work_dir": output_dir, "output_dir": output_dir, **options}
        super().__init__(timeout, **options)

    @property
    def kernel_name(self) -> str:
        """The kernel, as it was given."""
        return self._kernel_name

    @property
    def output_dir(self) -> Path:
        """The directory, as it was given."""
        return self._shown_in
