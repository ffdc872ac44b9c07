"""Programs that are killed everywhere: each kind of conversation, with side effects that can be counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen import AssistantAgent, ConversableAgent, GroupChat, GroupChatManager, UserProxyAgent, run_settings, tool
from autogen.core.human import CallbackHuman
from autogen.messages import text_of
from autogen.testing import FunctionModel, calls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.models.client import ModelRequest
    from autogen.testing import Stage


def is_over(message: Mapping[str, Any]) -> bool:
    return "TERMINATE" in text_of(message)


def transcript(result: Any) -> list[Any]:
    return [[message.get("name"), message.get("role"), text_of(message)] for message in result.chat_history]


def chat_with_code(stage: Stage) -> Any:
    def reply(request: ModelRequest) -> str:
        if "exitcode: 0" in text_of(request.messages[-1]):
            return "TERMINATE"
        return "```python\nopen('ledger.txt', 'a').write('code ran\\n')\nprint(6 * 7)\n```"

    user = UserProxyAgent(
        "user",
        human_input_mode="NEVER",
        is_termination_msg=is_over,
        code_execution_config={"work_dir": str(stage.folder), "accept_no_isolation": True},
    )
    with run_settings(**stage.settings):
        return transcript(user.initiate_chat(AssistantAgent("assistant", model=FunctionModel(reply)), message="6 * 7?"))


def chat_with_tools(stage: Stage) -> Any:
    def reply(request: ModelRequest) -> Any:
        asked = sum(message.get("role") == "tool" for message in request.messages)
        if asked == 0:
            return calls("look_up", name="ann")
        return calls("mail", to="ann@example.org") if asked == 1 else "Sent. TERMINATE"

    @tool(effect="pure")
    def look_up(name: str) -> str:
        """Find an address."""
        return f"{name}@example.org"

    @tool
    def mail(to: str) -> str:
        """Send a mail."""
        stage.effect(f"mail to {to}")
        return "sent"

    user = UserProxyAgent("user", tools=[look_up, mail], human_input_mode="NEVER", is_termination_msg=is_over)
    with run_settings(**stage.settings):
        return transcript(user.initiate_chat(AssistantAgent("assistant", model=FunctionModel(reply)), message="Write."))


def group_chat(stage: Stage) -> Any:
    def member(name: str) -> ConversableAgent:
        def reply(request: ModelRequest) -> str:
            return f"{name} has heard {len(request.messages)} messages."

        return ConversableAgent(name, model=FunctionModel(reply), human_input_mode="NEVER")

    members: list[Any] = [member(name) for name in ("ann", "ben", "cid")]
    group = GroupChat(members, max_round=5, speaker_selection_method="random")
    with run_settings(**stage.settings):
        members[0].initiate_chat(GroupChatManager(group), message="Let us begin.")
    return [[message["name"], text_of(message)] for message in group.messages]


def nested_chat(stage: Stage) -> Any:
    def critic(request: ModelRequest) -> str:
        return f"Of {len(text_of(request.messages[-1]))} characters."

    def write(request: ModelRequest) -> str:
        return f"Draft {len(request.messages)}."

    writer = AssistantAgent("writer", model=FunctionModel(write))
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    user.register_nested_chats(
        [{"recipient": AssistantAgent("critic", model=FunctionModel(critic)), "max_turns": 1}], trigger=writer
    )
    with run_settings(**stage.settings):
        return transcript(user.initiate_chat(writer, message="Write.", max_turns=2))


def chat_with_human(stage: Stage) -> Any:
    def reply(request: ModelRequest) -> str:
        return f"I have heard {len(request.messages)} things. What else?"

    human = CallbackHuman(lambda question: "Tell me more.")
    user = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config=False, human=human)
    assistant = AssistantAgent("assistant", model=FunctionModel(reply))
    with run_settings(**stage.settings):
        return transcript(user.initiate_chat(assistant, message="Hello.", max_turns=3))


def forgetful(stage: Stage) -> Any:
    """Have a side effect outside of any step: nobody can know of it."""
    stage.effect("outside")
    with run_settings(**stage.settings):
        return transcript(AssistantAgent("assistant", model=FunctionModel(lambda _: "done")).run_sync("Do."))


def agent_as_tool(stage: Stage) -> Any:
    def ask(request: ModelRequest) -> Any:
        answered = request.messages[-1].get("role") == "tool"
        return text_of(request.messages[-1]) if answered else calls("expert", task="Post it.")

    @tool(effect="repeatable")
    def post(text: str) -> str:
        """Post something."""
        return f"posted: {text}"

    def expert(request: ModelRequest) -> Any:
        answered = request.messages[-1].get("role") == "tool"
        return f"Done: {text_of(request.messages[-1])}" if answered else calls("post", text="hello")

    inner = AssistantAgent("expert", tools=[post], model=FunctionModel(expert))
    with run_settings(**stage.settings):
        return transcript(
            AssistantAgent("assistant", tools=[inner.as_tool()], model=FunctionModel(ask)).run_sync("Go.")
        )
