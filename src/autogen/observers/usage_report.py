"""The usage summary that classic programs print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.observers.stream import IOStream

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODES = ("actual", "total")


def print_usage(
    name: str, actual: Mapping[str, Any] | None, total: Mapping[str, Any] | None, mode: str | list[str]
) -> None:
    """Print tokens and money by model, for one agent.

    Args:
        name: the agent.
        actual: what was paid for, as `usage_excluding_cached_inference` of a result; `None` if nothing was.
        total: what was used, answers from a cache included.
        mode: "actual", "total", or a list of these; "both" for the two.

    Raises:
        ValueError: another mode.
    """
    modes = list(_MODES) if mode == "both" else [mode] if isinstance(mode, str) else mode
    unknown = [each for each in modes if each not in _MODES]
    if unknown or not modes:
        raise ValueError(f"mode={mode!r}: give 'actual', 'total', 'both', or a list of the first two.")
    stream = IOStream.get_default()
    stream.print(f"Agent '{name}':", flush=True)
    if total is None:
        stream.print("No cost incurred: no model was asked.", flush=True)
        return
    for each in modes:
        used = actual if each == "actual" else total
        label = "without answers from a cache" if each == "actual" else "with answers from a cache"
        if used is None:
            stream.print(f"Usage {label}: none.", flush=True)
            continue
        stream.print(f"Usage {label}: {used['total_cost']:.5f} USD in all", flush=True)
        for model, counts in used.items():
            if isinstance(counts, dict):
                stream.print(_line(model, cast("dict[str, float]", counts)), flush=True)


def _line(model: str, counts: dict[str, float]) -> str:
    tokens = f"{counts['prompt_tokens']:g} + {counts['completion_tokens']:g} = {counts['total_tokens']:g} tokens"
    return f"* {model}: {counts['cost']:.5f} USD, {tokens}"
