"""Facts: frozen dataclasses that are made as quickly as others.

A frozen dataclass sets each field through `object.__setattr__`, at some 0.15 µs a field; a turn of a chat makes five of
them. Here an object is filled while it is of an unfrozen class of the same layout, and then becomes the frozen one.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def quick(cls: type[T]) -> type[T]:
    """Make the objects of a frozen, slotted dataclass quick to build; used as a decorator."""
    filling = {
        "__slots__": vars(cls)["__slots__"],
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    namespace: dict[str, Any] = {
        "new": object.__new__,
        "draft": type(f"{cls.__name__}Draft", cls.__bases__, filling),
        "MISSING": MISSING,
    }
    parameters: list[str] = []
    lines: list[str] = []
    of_cls = fields(cls)  # type: ignore[arg-type] - a dataclass
    for field in of_cls:
        name, value = field.name, field.name
        if field.default is not MISSING:
            namespace[f"default_{name}"] = field.default
            parameters.append(f"{name}=default_{name}")
        elif field.default_factory is not MISSING:
            namespace[f"make_{name}"] = field.default_factory
            parameters.append(f"{name}=MISSING")
            value = f"make_{name}() if {name} is MISSING else {name}"
        else:
            parameters.append(name)
        lines.append(f"    self.{name} = {value}")
    code = [f"def __new__(cls, {', '.join(parameters)}):", "    self = new(draft)", *lines]
    exec("\n".join([*code, "    self.__class__ = cls", "    return self"]), namespace)  # noqa: S102 - as dataclasses do, from names of fields only

    def reduce(self: object) -> tuple[Any, ...]:
        return cls, tuple(getattr(self, field.name) for field in of_cls)

    made: Any = cls
    made.__new__, made.__init__, made.__reduce__ = namespace["__new__"], object.__init__, reduce
    return cls
