"""The agent that everything classic is made of: a memory of each conversation, and an ordered list of ways to answer.

Most methods are doors: the work is done in the modules they name, which are imported at the first conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Unpack

from autogen.agents import doors, plugging
from autogen.agents.hooks import Hooks
from autogen.agents.methods import running_code, sequencing
from autogen.agents.mind import Mind
from autogen.agents.options.options import AgentOptions, take_options
from autogen.agents.responders.registry import ALWAYS, Responder
from autogen.agents.threads.history import History, ReplyAtReceive
from autogen.core.sync import sync_of
from autogen.core.twins import Twins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from autogen.chats.result import ChatResult
    from autogen.coding.executor import CodeExecutor
    from autogen.core.agent import Agent
    from autogen.core.human import Human
    from autogen.core.run import Scope
    from autogen.messages import ChatMessage
    from autogen.models.client import ModelClient

    Message = Mapping[str, Any] | str

HumanInputMode = Literal["ALWAYS", "TERMINATE", "NEVER"]


class ConversableAgent(Twins):
    """An agent that converses, backed by a model, tools, code, a human, or any mix of them.

    Args:
        name: unique in a conversation; spaces are allowed.
        system_message: what its model is told first.
        is_termination_msg: tells of a received message (a dict) whether it ends the conversation; must return at once.
        max_consecutive_auto_reply: replies without a human's say, per conversation; `None` for 100.
        human_input_mode: "ALWAYS" asks the human at each turn; "TERMINATE" at a termination message or when the limit
            of auto replies is reached; "NEVER" never.
        function_map: functions that this agent runs when they are asked for, by name.
        code_execution_config: `False` for none; `{}` for the default executor; `{"executor": …}`, `work_dir`,
            `timeout`, `last_n_messages` (a number or "auto"), `use_docker`.
        llm_config: the model's configuration (see `autogen.models.config`), or `False` for no model.
        default_auto_reply: the reply where nothing else answers.
        description: what it is good for, for others to choose it by; the system message if not given.
        chat_messages: earlier conversations to go on with, by agent.
        silent: `True` keeps what it receives off the console, `False` shows it; `None` leaves it to the chat.
        model: a model client, or a string such as "openai:gpt-5", instead of `llm_config`.
        human: who is asked for input; the terminal if not given.
        tools: functions, `Tool`s and agents that its model may ask for, and that it runs itself.
        options: `context` and more; see `autogen.agents.options.options.AgentOptions`.
    """

    own_parts: ClassVar[Any] = {"mind": Mind, "hooks": Hooks, "chat_threads": History, "responders": list}
    DEFAULT_CONFIG: ClassVar[dict[str, Any] | Literal[False]] = False
    MAX_CONSECUTIVE_AUTO_REPLY: ClassVar[int] = 100
    DEFAULT_SUMMARY_METHOD: ClassVar[str] = "last_msg"
    DEFAULT_SUMMARY_PROMPT: ClassVar[str] = (
        "Sum up what the conversation above arrived at, in a few sentences. "
        "Leave out greetings and thanks, and do not add anything that was not said."
    )

    def __init__(
        self,
        name: str,
        system_message: str | list[Any] | None = "You are a helpful AI Assistant.",
        is_termination_msg: Callable[[dict[str, Any]], bool] | None = None,
        max_consecutive_auto_reply: int | None = None,
        human_input_mode: HumanInputMode = "TERMINATE",
        function_map: dict[str, Callable[..., Any]] | None = None,
        code_execution_config: dict[str, Any] | Literal[False] | None = False,
        llm_config: dict[str, Any] | Literal[False] | str | None = None,
        default_auto_reply: str | dict[str, Any] | None = "",
        description: str | None = None,
        chat_messages: dict[Agent, list[ChatMessage]] | None = None,
        silent: bool | None = None,
        *,
        model: ModelClient | str | None = None,
        human: Human | None = None,
        tools: Iterable[object] = (),
        **options: Unpack[AgentOptions],
    ) -> None:
        doors.check_names(name, human_input_mode, function_map)
        self._name = name
        self.mind = Mind(
            self, system_message, self.DEFAULT_CONFIG if llm_config is None and model is None else llm_config, model
        )
        take_options(self.mind, options)
        self.description = description if description is not None else self.system_message
        self.is_termination: Callable[[Any], bool] = is_termination_msg or doors.is_terminate
        self.human_input_mode: HumanInputMode = human_input_mode
        self.default_auto_reply: Any = default_auto_reply
        self.silent = silent
        self.human = human
        self.chat_threads = History(self, chat_messages)
        self.hooks = Hooks()
        self._function_map = dict(function_map or {})
        self.own_tools: set[str] = set()
        self.code_execution_config: dict[str, Any] | Literal[False]
        self.code_execution_config, self._code_executor = doors.code_setting(code_execution_config)
        self._limit = (
            self.MAX_CONSECUTIVE_AUTO_REPLY if max_consecutive_auto_reply is None else max_consecutive_auto_reply
        )
        self._limits_by_peer: dict[Agent, int] = {}
        self.chat_results: Any = []
        self.responders = [
            Responder(ALWAYS, ConversableAgent.check_termination_and_human_reply, slots=2),
            Responder(ALWAYS, ConversableAgent.generate_function_call_reply, slots=2),
            Responder(ALWAYS, ConversableAgent.generate_tool_calls_reply, slots=2),
            Responder(ALWAYS, ConversableAgent.generate_code_execution_reply),
            Responder(ALWAYS, ConversableAgent.generate_oai_reply, slots=2),
        ]
        if tools:
            plugging.add_tools(self, tools)
        doors.log_agent(self, locals())

    # Who it is

    @property
    def name(self) -> str:
        """The agent's name."""
        return self._name

    @property
    def system_message(self) -> Any:
        """What its model is told first."""
        return self.mind.system_messages[0].get("content")

    def update_system_message(self, system_message: str | list[Any]) -> None:
        """Change what its model is told first; the description stays as it is."""
        self.mind.set_system_message(system_message)

    @property
    def function_map(self) -> dict[str, Callable[..., Any]]:
        """The functions this agent runs, by name."""
        return self._function_map

    @property
    def code_executor(self) -> CodeExecutor | None:
        """Where it runs code; made at first use, `None` if it runs none."""
        if self._code_executor is None and isinstance(self.code_execution_config, dict):
            self._code_executor = doors.make_executor(self.code_execution_config)
        return self._code_executor

    @property
    def use_docker(self) -> bool | str | None:
        """The `use_docker` of its code execution config, `None` if code is off."""
        return self.code_execution_config.get("use_docker") if isinstance(self.code_execution_config, dict) else None

    # Its model: see agents/mind.py

    llm_config = doors.of_mind("llm_config", "The model's configuration as a dict; `False` for none.")
    client = doors.of_mind("client", "The model as an `OpenAIWrapper`; `None` without a configuration.")
    model = doors.of_mind("model", "The model client.")
    register_model_client = doors.of_mind(
        "register_model_client", "Say which class a `model_client_cls` means; `(cls, **kwargs)`."
    )
    get_actual_usage = doors.of_mind("get_actual_usage", "Return what was paid for, by model.")
    get_total_usage = doors.of_mind("get_total_usage", "Return what was used, answers from a cache included, by model.")
    print_usage_summary = doors.of_mind("print_usage_summary", "Print usage by model; `(mode=None)`.")

    # Memory

    @property
    def chat_messages(self) -> dict[Agent, list[ChatMessage]]:
        """Its conversations: messages as its model would see them, oldest first, by agent."""
        threads = self.chat_threads
        return doors.ByPeer({peer: thread.messages for peer, thread in threads.by_peer().items()}, threads)

    _oai_messages = chat_messages
    _is_termination_msg = doors.also("is_termination")
    _default_auto_reply = doors.also("default_auto_reply")
    _code_execution_config = doors.also("code_execution_config")

    @property
    def reply_at_receive(self) -> ReplyAtReceive:
        """Whether it answers messages as they come, by agent."""
        return ReplyAtReceive(self.chat_threads)

    def prepare_chat(self, peer: Agent, scope: Scope, *, clear: bool, reply_at_receive: bool) -> None:
        """Get ready for a conversation with `peer` in `scope`; `clear` forgets the last one."""
        self.chat_threads.begin(peer, scope, clear=clear, reply_at_receive=reply_at_receive)

    def settle_chat(self, peer: Agent, scope: Scope) -> None:
        """Keep the conversation with `peer` that ends in `scope` as the last one."""
        self.chat_threads.settle(peer, scope)

    def chat_messages_for_summary(self, agent: Agent) -> list[ChatMessage]:
        """Return what a summary of the conversation with `agent` is made from."""
        return self.chat_threads.of(agent).messages

    def last_message(self, agent: Agent | None = None) -> ChatMessage | None:
        """Return the last message of the conversation with `agent`, or of the only one there is; `None` if there is none.

        Raises:
            KeyError: never talked to that agent.
            ValueError: more than one conversation, and no agent given.
        """
        return doors.last_message(self.name, self.chat_threads, agent)

    def clear_history(self, recipient: Agent | None = None, nr_messages_to_preserve: int | None = None) -> None:
        """Forget the conversation with one agent or all, but for the last so many messages."""
        self.chat_threads.forget(recipient, nr_messages_to_preserve or 0)

    def reset(self) -> None:
        """Forget everything: conversations, counters, usage, and what reply functions keep in their configs."""
        self.clear_history()
        self.reset_consecutive_auto_reply_counter()
        self.stop_reply_at_receive()
        self.mind.forget_usage()
        for responder in self.responders:
            responder.reset()

    def stop_reply_at_receive(self, sender: Agent | None = None) -> None:
        """Do not answer messages as they come, from one agent or from all."""
        for thread in self.chat_threads.threads_of(sender):
            thread.reply_at_receive = None if sender is None else False

    def reset_consecutive_auto_reply_counter(self, sender: Agent | None = None) -> None:
        """Count auto replies anew, in the conversation with one agent or in all."""
        for thread in self.chat_threads.threads_of(sender):
            thread.auto_replies = 0

    def update_max_consecutive_auto_reply(self, value: int, sender: Agent | None = None) -> None:
        """Change the limit of auto replies, towards one agent or all."""
        if sender is not None:
            self._limits_by_peer[sender] = value
        else:
            self._limit = value
            self._limits_by_peer.clear()

    def max_consecutive_auto_reply(self, sender: Agent | None = None) -> int:
        """Return the limit of auto replies, towards this agent if one is given."""
        return (
            self._limits_by_peer.get(sender, self._limit)
            if sender is not None and self._limits_by_peer
            else self._limit
        )

    # Conversing

    async def a_send(
        self, message: Message, recipient: Agent, request_reply: bool | None = None, silent: bool | None = False
    ) -> None:
        """Say something to another agent.

        Args:
            message: text, or a chat message dict.
            request_reply: whether an answer is wanted; `None` leaves it to the recipient's `reply_at_receive`.
            silent: keep it off the console.

        Raises:
            ValueError: the message says nothing; neither side keeps it.
        """
        await doors.conversing().send(self, message, recipient, request_reply=request_reply, silent=silent)

    async def a_receive(
        self, message: Message, sender: Agent, request_reply: bool | None = None, silent: bool | None = False
    ) -> None:
        """Hear something from another agent, and answer if that is wanted; see `a_send`."""
        await doors.conversing().receive(self, message, sender, request_reply=request_reply, silent=silent)

    talks_plainly = doors.plain_talk(a_send, a_receive)

    async def a_generate_reply(
        self, messages: list[ChatMessage] | None = None, sender: Agent | None = None, **kwargs: Any
    ) -> Any:
        """Return the reply to a conversation (text, a message, or `None`), without saying it.

        Args:
            messages: oldest first; the memory of the conversation with `sender` if not given.
            sender: whom it answers.
            kwargs: `exclude`, a list of reply functions not to be asked.
        """
        return await doors.conversing().generate_reply(self, messages, sender, kwargs.get("exclude") or ())

    async def a_initiate_chat(
        self,
        recipient: Agent,
        clear_history: bool = True,
        silent: bool | None = False,
        cache: Any = None,
        max_turns: int | None = None,
        summary_method: Any = DEFAULT_SUMMARY_METHOD,
        summary_args: dict[str, Any] | None = None,
        message: Any = None,
        **kwargs: Any,
    ) -> ChatResult:
        """Open a conversation and see it through.

        Args:
            recipient: whom to talk to.
            clear_history: begin anew; `False` goes on from the last conversation with `recipient`.
            silent: keep it off the console.
            cache: where model replies are looked up and kept, in this chat and those inside it.
            max_turns: at most so many messages of each; without, it goes on until one gives no reply.
            summary_method: "last_msg", "reflection_with_llm", a callable `(sender, recipient, summary_args)`, or `None`.
            summary_args: for the summary: `summary_prompt`, `summary_role`, or what the callable wants.
            message: text, a dict, or a callable `(sender, recipient, context)`; `None` asks the human.
            kwargs: context for the callable; `carryover` is added to the message; `output_type` is what the recipient's
                answers must be (see `AgentOptions`), and `result.output` is then the value of the last one.

        Returns:
            History, summary, cost, human input and the reason why it ended.
        """
        from autogen.chats.initiate import ChatPlan  # noqa: PLC0415 - brings the engine

        plan = ChatPlan(message, clear_history, bool(silent), cache, max_turns, summary_method, summary_args, kwargs)
        return await doors.conversing().opened_chat(self, recipient, plan)

    async def a_generate_init_message(self, message: Any, **kwargs: Any) -> Any:
        """Return the opening message: the one given, or what the human types, with the `carryover` added."""
        return await doors.conversing().opening(self, message, kwargs)

    async def a_get_human_input(self, prompt: str, iostream: Any = None) -> str:
        """Ask the human, and return the words; override it (or its twin) to ask in another way."""
        return await doors.conversing().human_input(self, prompt, iostream)

    # Ways to answer, in the order in which they are asked

    a_check_termination_and_human_reply = doors.reply_door(
        "a_check_termination_and_human_reply",
        "human",
        "check_termination_and_human_reply",
        "End the conversation, or let the human have a say, as the human input mode wants.",
    )
    a_generate_function_call_reply = doors.reply_door(
        "a_generate_function_call_reply",
        "tools",
        "reply_by_function",
        "Answer an old-style function call by running the function.",
    )
    a_generate_tool_calls_reply = doors.reply_door(
        "a_generate_tool_calls_reply", "tools", "reply_by_tools", "Answer tool calls by running the tools."
    )
    a_generate_code_execution_reply = doors.reply_door(
        "a_generate_code_execution_reply", "code", "reply_by_code", "Answer code blocks by running them."
    )
    a_generate_oai_reply = doors.reply_door("a_generate_oai_reply", "model", "reply_by_model", "Answer by the model.")

    a_execute_function = doors.function_door()

    @property
    def can_ask_model(self) -> bool:
        """Whether it has a model."""
        return self.mind.has_model

    async def a_ask_model(self, messages: Sequence[ChatMessage]) -> Any:
        """Ask its model just this, without its system message; `None` if it has no model."""
        from autogen.agents.responders.model import ask_just  # noqa: PLC0415 - brings the engine

        return await ask_just(self, messages) if self.mind.has_model else None

    async def run(self, task: Message | None, **options: Any) -> ChatResult:
        """Give this agent a task and return what came of it; see `autogen.agents.solo.run` for the options."""
        from autogen.agents import solo  # noqa: PLC0415 - brings the engine

        return await solo.run(self, task, **options)

    def run_stream(self, task: Message | None, **options: Any) -> Any:
        """Give this agent a task and iterate (`async for`) over the events; see `autogen.agents.solo.run_stream`."""
        from autogen.agents import solo  # noqa: PLC0415 - brings the engine

        return solo.run_stream(self, task, **options)

    a_initiate_chats = sequencing.a_initiate_chats
    initiate_chats = sync_of(sequencing.initiate_chats)  # no twin of the above: it returns a list, in order
    get_chat_results = sequencing.get_chat_results

    send = sync_of(a_send)
    receive = sync_of(a_receive)
    generate_reply = sync_of(a_generate_reply)
    initiate_chat = sync_of(a_initiate_chat)
    generate_init_message = sync_of(a_generate_init_message)
    get_human_input = sync_of(a_get_human_input)
    check_termination_and_human_reply = sync_of(a_check_termination_and_human_reply)
    generate_function_call_reply = sync_of(a_generate_function_call_reply)
    generate_tool_calls_reply = sync_of(a_generate_tool_calls_reply)
    generate_code_execution_reply = sync_of(a_generate_code_execution_reply)
    generate_oai_reply = sync_of(a_generate_oai_reply)
    execute_function = sync_of(a_execute_function)
    ask_model = sync_of(a_ask_model)
    a_execute_code_blocks = running_code.a_execute_code_blocks
    execute_code_blocks = running_code.execute_code_blocks
    run_code = running_code.run_code
    run_sync = sync_of(run)

    # Plugging in

    register_reply = plugging.register_reply
    replace_reply_func = plugging.replace_reply_func
    check_reply_functions = plugging.check_reply_functions
    register_hook = plugging.register_hook
    register_nested_chats = sequencing.register_nested_chats
    register_function = plugging.register_function
    register_for_llm = plugging.register_for_llm
    register_for_execution = plugging.register_for_execution
    as_tool = plugging.as_tool
    update_tool_signature = plugging.update_tool_signature
    update_function_signature = plugging.update_function_signature
    can_execute_function = plugging.can_execute_function

    @property
    def _reply_func_list(self) -> list[dict[str, Any]]:
        return [responder.to_dict() for responder in self.responders]

    @property
    def hook_lists(self) -> dict[str, list[Callable[..., Any]]]:
        """The hooks by name."""
        return self.hooks.lists

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"
