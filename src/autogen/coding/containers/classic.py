"""The executor behind `use_docker=True`: words and habits of the classic's oldest way to run code in a container."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, ClassVar

from autogen.coding.containers.engine import check_that_there_may_be_one
from autogen.coding.containers.executor import ContainerCodeExecutor
from autogen.core.place import current_scope

if TYPE_CHECKING:
    from autogen.coding.containers.container import Container


class ClassicContainerExecutor(ContainerCodeExecutor):
    """A container with the network open, said once, because old programs download data and install packages.

    The work dir is made at the first execution, with its parents; each block's output begins on a line of its own.
    """

    DEFAULT_EXECUTION_POLICY: ClassVar[dict[str, bool]] = {
        language: is_run for language, is_run in ContainerCodeExecutor.DEFAULT_EXECUTION_POLICY.items() if is_run
    }
    _before_output = "\n"
    _exit_code_of_timeout: ClassVar[int | None] = 1

    def __init__(self, *, network: bool = True, **options: Any) -> None:
        check_that_there_may_be_one()
        super().__init__(network=network, **options)
        self._explains_itself = network

    def _make_work_dir(self) -> None:
        pass

    def _announce(self, container: Container) -> None:
        if not self._explains_itself:
            return
        self._explains_itself = False
        text = (
            f"use_docker: the model's code runs in a container of {container.setting.image!r}, with the network open because "
            f"old programs download data. With 'network': False beside it there is none."
        )
        scope = current_scope()
        if scope is not None:
            scope.notice(text)
        else:
            warnings.warn(text, stacklevel=2)


ClassicContainerExecutor.__name__ = ContainerCodeExecutor.__name__  # events name the class, and users know this one
