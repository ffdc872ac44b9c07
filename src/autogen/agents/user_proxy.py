"""The user's proxy: an agent that runs the code it is sent, and asks the human."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from autogen.agents.conversable import ConversableAgent

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.agents.conversable import HumanInputMode


class UserProxyAgent(ConversableAgent):
    """An agent that stands for the user: it asks the human at each turn, and runs the code it is sent, in a sandbox.

    It has no model unless one is given. Parameters as for `ConversableAgent`.
    """

    DEFAULT_USER_PROXY_AGENT_DESCRIPTIONS: ClassVar[dict[str, str]] = {
        "ALWAYS": "A human user, who answers questions, gives feedback, and can run Python code and shell commands.",
        "TERMINATE": "A user who runs Python code and shell commands, reports their output, and takes part where a decision is needed.",
        "NEVER": "A computer terminal: it runs the Python code or shell commands in fenced blocks that it is sent, and reports their output; it does nothing else.",
    }

    def __init__(
        self,
        name: str,
        is_termination_msg: Callable[[dict[str, Any]], bool] | None = None,
        max_consecutive_auto_reply: int | None = None,
        human_input_mode: HumanInputMode = "ALWAYS",
        function_map: dict[str, Callable[..., Any]] | None = None,
        code_execution_config: dict[str, Any] | Literal[False] | None = None,
        default_auto_reply: str | dict[str, Any] | None = "",
        llm_config: dict[str, Any] | Literal[False] | str | None = False,
        system_message: str | list[Any] | None = "",
        description: str | None = None,
        **kwargs: Any,
    ) -> None:
        if description is None:
            description = self.DEFAULT_USER_PROXY_AGENT_DESCRIPTIONS.get(human_input_mode, "")
        super().__init__(
            name,
            system_message,
            is_termination_msg,
            max_consecutive_auto_reply,
            human_input_mode,
            function_map,
            code_execution_config,
            llm_config,
            default_auto_reply,
            description,
            **kwargs,
        )
