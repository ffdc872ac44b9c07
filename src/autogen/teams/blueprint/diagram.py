"""Pictures of a team and of a conversation: Mermaid text, SVG drawn here, PNG by a library.

Mermaid: https://mermaid.js.org/syntax/flowchart.html and …/sequenceDiagram.html (11, 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogen.messages import text_of, tool_calls_of
from autogen.teams.blueprint import drawing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.messages import ChatMessage
    from autogen.teams.group_chat import GroupChat

_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes and arrows between them, by name; a box may hold a second line."""

    boxes: tuple[tuple[str, str], ...]
    arrows: tuple[tuple[str, str], ...]

    @property
    def mermaid(self) -> str:
        """The flowchart as Mermaid text."""
        ids = {name: f"n{number}" for number, (name, _) in enumerate(self.boxes)}
        lines = ["flowchart LR"]
        lines += [
            f'    {ids[name]}["{_safe(name)}{f"<br/>{_safe(note)}" if note else ""}"]' for name, note in self.boxes
        ]
        lines += [f"    {ids[start]} --> {ids[end]}" for start, end in self.arrows]
        return "\n".join(lines) + "\n"

    @property
    def svg(self) -> str:
        """The flowchart as SVG: the boxes on a circle."""
        return drawing.svg(self.boxes, self.arrows)

    @property
    def png(self) -> bytes:
        """The flowchart as a PNG picture.

        Raises:
            MissingExtra: the extra `diagram` is not installed.
        """
        return drawing.png(self.boxes, self.arrows)


def diagram_of(group: GroupChat, manager: Any) -> Diagram:
    """Draw a group: who may follow whom, as its transitions or its policy say; where anyone may follow anyone, all around the manager."""
    boxes = [(agent.name, "team" if hasattr(agent, "groupchat") else "") for agent in group.agents]
    method = group.speaker_selection_method
    told = getattr(method, "arrows", None)  # a policy that knows its ways tells them
    if told is not None:
        return Diagram(tuple(boxes), tuple(told(group)))
    how = method if isinstance(method, str) else getattr(method, "__name__", type(method).__name__)
    if group.allowed_or_disallowed_speaker_transitions is None:
        arrows = [pair for name in group.agent_names for pair in ((manager.name, name), (name, manager.name))]
        return Diagram(((manager.name, how), *boxes), tuple(arrows))
    ways: Mapping[Any, Sequence[Any]] = group.allowed_speaker_transitions_dict
    return Diagram(tuple(boxes), tuple((agent.name, to.name) for agent in ways for to in ways[agent]))


def sequence_diagram(messages: Sequence[ChatMessage], *, to: str = "chat") -> str:
    """Return a finished conversation as a Mermaid sequence diagram: who said what, in short.

    Args:
        messages: as in `ChatResult.chat_history`, oldest first.
        to: whom a speaker talks to, where only one speaks.
    """
    names = list(dict.fromkeys(str(message.get("name") or message.get("role") or "someone") for message in messages))
    others = names if len(names) > 1 else [*names, to]
    ids = {name: f"p{number}" for number, name in enumerate(others)}
    lines = ["sequenceDiagram", *(f"    participant {ids[name]} as {_safe(name)}" for name in others)]
    for place, message in enumerate(messages):
        name = str(message.get("name") or message.get("role") or "someone")
        following = [str(later.get("name") or later.get("role") or "someone") for later in messages[place + 1 :]]
        listener = next(
            (other for other in following if other != name), next(other for other in others if other != name)
        )
        lines.append(f"    {ids[name]}->>{ids[listener]}: {_label(message)}")
    return "\n".join(lines) + "\n"


def _label(message: ChatMessage) -> str:
    calls = ", ".join(str(entry.get("function", {}).get("name")) for entry in tool_calls_of(message))
    text = " ".join(text_of(message).split()) or (f"calls {calls}" if calls else "(nothing)")
    return _safe(text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…")


def _safe(text: str) -> str:
    """Return text that Mermaid takes as it is: what has a meaning there becomes an entity."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return "".join(f"#{ord(character)};" if character in '"#;<>{}[]()|&`%' else character for character in plain)
