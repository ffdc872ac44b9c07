"""An agent whose model sees the pictures that messages name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from autogen.agents.conversable import ConversableAgent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autogen.core.agent import Agent

DEFAULT_SYSTEM_MESSAGE = "You are a helpful AI assistant."


class MultimodalConversableAgent(ConversableAgent):
    """An agent that is shown pictures: `<img …>` in a text it receives, or in its system message, becomes the picture.

    What stands in the tag is a file on this machine, an http(s) or `data:` address, or base64; it is loaded at once, and
    goes to the model. So let it hear only those who may have files of this machine read. Needs the extra `images`.

    Args:
        name: as for `ConversableAgent`, and so are the others.
        system_message: a text, or parts.
        is_termination_msg: as for `ConversableAgent`.
        kwargs: further arguments of `ConversableAgent`.
    """

    sees_pictures: ClassVar[bool] = True  # whoever runs code for it shows it what that has drawn
    DEFAULT_CONFIG: ClassVar[dict[str, Any] | Literal[False]] = {}

    def __init__(
        self,
        name: str,
        system_message: str | list[Any] = DEFAULT_SYSTEM_MESSAGE,
        is_termination_msg: Callable[[dict[str, Any]], bool] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, system_message, is_termination_msg, **kwargs)
        self.update_system_message(system_message)

    def update_system_message(self, system_message: str | list[Any]) -> None:
        """Change what its model is told first; a text becomes parts."""
        super().update_system_message(_parts_of(system_message) if isinstance(system_message, str) else system_message)

    async def a_receive(
        self,
        message: Mapping[str, Any] | str,
        sender: Agent,
        request_reply: bool | None = None,
        silent: bool | None = False,
    ) -> None:
        """Hear something, and look at its pictures."""
        content: Any = message if isinstance(message, str) else message.get("content")
        if isinstance(content, str) and "<img " in content:
            import asyncio  # noqa: PLC0415 - slow to import, and loaded already wherever a message is received

            parts = await asyncio.to_thread(_parts_of, content)
            said: Mapping[str, Any] = {} if isinstance(message, str) else message
            message = {**said, "content": parts}
        await super().a_receive(message, cast("Any", sender), request_reply, silent)


def _parts_of(text: str) -> list[dict[str, Any]]:
    from autogen.pictures.formats import gpt4v_formatter  # noqa: PLC0415 - only agents that see need it

    return gpt4v_formatter(text)
