"""Society of mind: a group that thinks behind one agent's face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from autogen.agents.conversable import ConversableAgent
from autogen.chats.member import hear, is_member
from autogen.core.agent import Agent
from autogen.core.place import current_scope
from autogen.core.sync import call, sync_of
from autogen.messages import content_text, own_view, text_of, tool_calls_of
from autogen.teams.blueprint.bounds import calls_of_group
from autogen.teams.patterns.asking import STOPS_ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autogen.agents.conversable import HumanInputMode
    from autogen.chats.result import ChatResult
    from autogen.messages import ChatMessage
    from autogen.teams.managing import GroupChatManager

TRANSCRIPT = "You were asked for something, and worked on it with others. This is what was said:"
_PLAIN = frozenset({"content", "role", "name"})
_LAST = 7  # after the check for termination, function calls, tool calls and code
PREPARE = "Answer the original request, in a text that stands alone and does not mention the discussion."


class SocietyOfMindAgent(ConversableAgent):
    """An agent that lets a group discuss what it is told, and answers with what comes of it.

    The group begins anew with each message; its members are told what was said before. What they say stays inside.

    Args:
        name: unique in a conversation.
        chat_manager: the manager of the group, or a team.
        response_preparer: makes the answer: a callable `(agent, messages)`, sync or async, of what the group said; or
            what the agent's model is to be told after it. If not given: a prompt where there is a model, and otherwise
            the group's last message without TERMINATE.
        is_termination_msg: as for `ConversableAgent`, and so are the others.

    Raises:
        ValueError: `response_preparer` is a prompt, and there is no model.
    """

    def __init__(
        self,
        name: str,
        chat_manager: GroupChatManager | None,
        response_preparer: str | Callable[..., Any] | None = None,
        is_termination_msg: Callable[[dict[str, Any]], bool] | None = None,
        max_consecutive_auto_reply: int | None = None,
        human_input_mode: HumanInputMode = "TERMINATE",
        function_map: dict[str, Callable[..., Any]] | None = None,
        code_execution_config: dict[str, Any] | Literal[False] = False,
        llm_config: dict[str, Any] | Literal[False] | str | None = False,
        default_auto_reply: str | dict[str, Any] | None = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            name,
            "",
            is_termination_msg,
            max_consecutive_auto_reply,
            human_input_mode,
            function_map,
            code_execution_config,
            llm_config,
            default_auto_reply,
            **kwargs,
        )
        self._chat_manager = chat_manager
        if isinstance(response_preparer, str) and not self.can_ask_model:
            raise ValueError(
                f"The response_preparer of {name} is a prompt, and {name} has no model to give it to. "
                "Give it an llm_config, or a response_preparer that is a function."
            )
        self.response_preparer = response_preparer
        self.responders.pop()  # its model words the answer, and is no other way to give one
        self.register_reply([Agent, None], SocietyOfMindAgent.generate_inner_monologue_reply, position=_LAST)

    @property
    def chat_manager(self) -> GroupChatManager | None:
        """The manager of the inner group."""
        return self._chat_manager

    def update_chat_manager(self, chat_manager: GroupChatManager | None) -> None:
        """Think with another group from now on; `None` for none."""
        self._chat_manager = chat_manager

    def most_model_calls(self, inside: frozenset[object] = frozenset()) -> int | None:
        """Return how many model calls one answer takes at the most; `None` for no bound."""
        manager = self._chat_manager
        thinking = 0 if manager is None else calls_of_group(manager.groupchat, manager, inside)
        return None if thinking is None else thinking + self.can_ask_model

    async def a_generate_inner_monologue_reply(
        self,
        messages: list[ChatMessage] | None = None,
        sender: Agent | None = None,
        config: object = None,  # noqa: ARG002 - as reply functions are called
    ) -> tuple[bool, Any]:
        """Let the group discuss the last message, and reply with what it came to; a reply function."""
        manager, thread = self._chat_manager, self.chat_threads.of(sender)
        heard = thread.said if messages is None else messages
        if manager is None or not heard:
            return False, None

        async def open_discussion(_: Any, manager: GroupChatManager, __: Any) -> dict[str, Any]:
            await _tell_what_was_said(manager, self, heard)
            return dict(heard[-1])

        async def prepare(_: Any, manager: GroupChatManager, __: Any) -> Any:
            return await self._prepared(manager.groupchat.messages)

        result: ChatResult = await self.a_initiate_chat(
            manager, message=open_discussion, summary_method=prepare, silent=_is_silent()
        )
        if result.stop_reason is not None and result.stop_reason.kind in STOPS_ALL:
            thread.ending = result.stop_reason
            return True, None
        return True, result.summary

    generate_inner_monologue_reply = sync_of(a_generate_inner_monologue_reply)

    async def _prepared(self, messages: list[ChatMessage]) -> Any:
        prepare = self.response_preparer
        if callable(prepare):
            return await call(prepare, self, messages)
        if not self.can_ask_model:
            return text_of(messages[-1]).replace("TERMINATE", "").strip()
        from autogen.agents.responders.model import answer_of, as_reply  # noqa: PLC0415 - brings the engine

        question = [_told("system", TRANSCRIPT), *map(_as_told, messages), _told("system", prepare or PREPARE)]
        answer = as_reply(self, await answer_of(self, question, tools=()))
        return answer if isinstance(answer, str) else text_of(answer)


async def _tell_what_was_said(manager: GroupChatManager, agent: Agent, heard: Sequence[ChatMessage]) -> None:
    """Have the members remember the outer conversation, all but its last message."""
    before = [_as_heard(message, agent.name) for message in heard[:-1]]
    for member in manager.groupchat.agents if before else ():
        if is_member(member):
            thread = member.chat_threads.of(manager)
            thread.messages.extend(before)
            continue
        for message in before:
            await hear(member, message, manager, request_reply=False, silent=True)


def _as_heard(message: ChatMessage, name: str) -> ChatMessage:
    """Return a message as others hear it; the message itself where that is how it is kept."""
    if "name" not in message or not message.keys() <= _PLAIN:
        return own_view(message, "user", name)
    return message if message.get("role") == "user" else {**message, "role": "user"}


def _as_told(message: ChatMessage) -> ChatMessage:
    """Return a message of the group as text by its speaker; a call as the name and arguments of the function."""
    calls = [call.get("function", {}) for call in tool_calls_of(message)]
    single = message.get("function_call")
    calls += [single] if single else []
    text = content_text(message.get("content"))
    if calls and not text:
        text = "\n".join(f"{each.get('name', '')}({each.get('arguments', '')})" for each in calls)
    return cast("ChatMessage", {"role": "user", "content": text, "name": message.get("name", "")})


def _told(role: str, text: str) -> ChatMessage:
    return {"role": role, "content": text}


def _is_silent() -> bool:
    scope = current_scope()
    return scope is None or scope.silent
