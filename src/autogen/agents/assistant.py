"""The assistant: an agent that solves tasks with a language model, and writes code for others to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from autogen.agents.conversable import ConversableAgent

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.agents.conversable import HumanInputMode

_SYSTEM_MESSAGE = """You are a capable assistant. You solve tasks by reasoning and, where it helps, by writing code that the user runs for you.

When code is the way to a fact or a result, write a complete program in one fenced block that names its language (```python or ```sh):
- Use Python for computing, reading files, and anything with data; use sh for commands of the system.
- The user can only run the block as it stands. Do not leave gaps to be filled in, do not ask for the result to be pasted, and put one block in a message.
- Print what you need to see: you are told the exit code and the output.
- To keep a program in a file, make its first line `# filename: <name>`.

When the result comes back, read it before you go on. If the run failed, find the cause and send the whole program again, corrected. If it ran but the task is not solved, say what was wrong with the approach and take another.
State the plan before the first step unless the task is a single step. Say which part is computed and which is your own knowledge, and check the answer against the evidence where you can.
When everything the user asked for is done, sum it up, and reply with TERMINATE on its own as the last message."""

_DESCRIPTION = "A capable assistant backed by a language model. It reasons, writes Python and shell code for others to run, and corrects it from their results."


class AssistantAgent(ConversableAgent):
    """An agent that solves tasks with a language model; it runs no code itself, and asks no human.

    Without `llm_config` and `model`, the environment decides at the first model call (see `autogen.models.environment`).
    Parameters as for `ConversableAgent`.
    """

    DEFAULT_CONFIG: ClassVar[dict[str, Any] | Literal[False]] = {}
    DEFAULT_SYSTEM_MESSAGE: ClassVar[str] = _SYSTEM_MESSAGE
    DEFAULT_DESCRIPTION: ClassVar[str] = _DESCRIPTION

    def __init__(
        self,
        name: str,
        system_message: str | list[Any] | None = DEFAULT_SYSTEM_MESSAGE,
        llm_config: dict[str, Any] | Literal[False] | str | None = None,
        is_termination_msg: Callable[[dict[str, Any]], bool] | None = None,
        max_consecutive_auto_reply: int | None = None,
        human_input_mode: HumanInputMode = "NEVER",
        description: str | None = None,
        **kwargs: Any,
    ) -> None:
        if description is None and system_message == self.DEFAULT_SYSTEM_MESSAGE:
            description = self.DEFAULT_DESCRIPTION
        super().__init__(
            name,
            system_message,
            is_termination_msg,
            max_consecutive_auto_reply,
            human_input_mode,
            llm_config=llm_config,
            description=description,
            **kwargs,
        )
