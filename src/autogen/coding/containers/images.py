"""Images: the first of those wanted that is on this machine, or can be pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.coding.containers.engine import docker_sdk, engine_errors
from autogen.errors import CodeError, SandboxUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.coding.containers.engine import Engine

DEFAULT_IMAGE = "python:3-slim"


def find_image(engine: Engine, wanted: Sequence[str], tell: Callable[[str], None]) -> str:
    """Return the first image that is there; otherwise the first that can be pulled.

    Args:
        engine: which has the images.
        wanted: their names, the best first.
        tell: hears what takes long.

    Raises:
        CodeError: none can be had; says why for each, and the cure.
        SandboxUnavailable: the engine does not answer any more.
    """
    for image in wanted:
        if _is_there(engine, image):
            return image
    refusals: list[str] = []
    for image in wanted:
        tell(f"The image {image!r} is not on this machine: it is pulled, once.")
        try:
            with engine_errors(engine, f"pull {image!r}"):
                _pull(engine, image)
        except SandboxUnavailable:
            raise
        except CodeError as refusal:
            refusals.append(str(refusal))
        else:
            return image
    names = " or ".join(map(repr, wanted))
    raise CodeError(
        f"The image {names} is neither on this machine nor can it be pulled. {' '.join(refusals)} "
        f"Load it where there is a network ({engine.name.split()[0].lower()} pull {wanted[0]}), or give image=… of one "
        f"that is here."
    )


def _is_there(engine: Engine, image: str) -> bool:
    try:
        with engine_errors(engine, f"look for the image {image!r}"):
            engine.api.inspect_image(image)
    except CodeError as error:
        if isinstance(error.__cause__, docker_sdk().errors.ImageNotFound):
            return False
        raise
    return True


def _pull(engine: Engine, image: str) -> None:
    """Pull, with a deadline on each piece of news rather than on the whole.

    Raises:
        CodeError: the registry refused, or cannot be reached.
    """
    name, tag = _tagged(image)
    for news in engine.api.pull(name, tag=tag, stream=True, decode=True):
        if "error" in news:
            raise CodeError(f"The container engine could not pull {image!r}: {str(news['error'])[:300]}.")


def _tagged(image: str) -> tuple[str, str]:
    """Part a name from its tag or digest; a colon before a slash belongs to a registry's port."""
    name, at, digest = image.partition("@")
    if at:
        return name, digest
    name, colon, tag = image.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (image, "latest")
