"""The side of an agent that concerns its language model: system message, configuration, client, usage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from autogen.usage import UsageLedger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from autogen.core.agent import Agent
    from autogen.core.budgets.account import Budget
    from autogen.core.limits import Limits
    from autogen.messages import ChatMessage
    from autogen.models.client import ModelClient
    from autogen.tools.tool import Tool

_NO_TOOLS: list[Mapping[str, Any]] = []
_TOOL_KEYS = frozenset({"tools", "functions"})


class Mind:
    """What an agent asks when it asks its model.

    Attributes:
        system_messages: one system message, as the model sees it.
        usage: tokens and money of all its calls since it was made, or reset.
        ask: how its model is asked, if in another way than plainly: `(agent, thread, messages)`; see `agents.options`.
        transforms: what its model sees of a conversation; see `autogen.memory`.
        output: the type of its answers, an `agents.options.output.Output`; `None` for text.
        input_guards: look at what its model is to see; `output_guards` at what it says, `tool_guards` at what it calls.
        budget: what it may use: in each run (limits), or in all of them together (a budget).
        at_limit: what it tries before it stops at a limit.
        estimates: what is known of the tokens of its requests, once a budget asks for them.
    """

    def __init__(
        self,
        agent: Agent,
        system_message: str | list[Any] | None,
        llm_config: dict[str, Any] | Literal[False] | str | None,
        model: Any,
    ) -> None:
        self._agent = agent
        self._model: ModelClient | None = None
        self._client: Any = None
        self._registered: list[tuple[type, dict[str, Any]]] = []
        self._tools: list[Tool] = []
        self._own_book: dict[str, Any] = {}
        self.usage = UsageLedger()
        self.ask: Callable[[Any, Any, Any], Awaitable[Any]] | None = None
        self.transforms: tuple[Any, ...] = ()
        self.output: Any = None
        self.input_guards: tuple[Any, ...] = ()
        self.output_guards: tuple[Any, ...] = ()
        self.tool_guards: tuple[Any, ...] = ()
        self.budget: Limits | Budget | None = None
        self.at_limit: tuple[Any, ...] = ()
        self.estimates: Any = None
        self.set_system_message(system_message)
        if model is not None and not isinstance(model, str):
            if not hasattr(model, "create"):
                raise TypeError(
                    f"model must be a model client or a string such as 'openai:gpt-5', not {type(model).__name__}: {model!r}"
                )
            self._model = model
        self._llm_config: dict[str, Any] | Literal[False] = False
        self.llm_config = model if isinstance(model, str) else llm_config

    def set_system_message(self, text: str | list[Any] | None) -> None:
        """Change what the model is told first."""
        self.system_messages = [cast("ChatMessage", {"role": "system", "content": text or ""})]

    @property
    def llm_config(self) -> dict[str, Any] | Literal[False]:
        """The configuration as a dict; `{}` leaves it to the environment; `False` where there is none, or a client was given."""
        return self._llm_config

    @llm_config.setter
    def llm_config(self, value: Any) -> None:
        if value is None or value is False or value == {}:
            self._llm_config = {} if value == {} and value is not False else False
        else:
            from autogen.models.config import check_llm_config  # noqa: PLC0415 - only agents with a model need it

            self._llm_config = check_llm_config(value)
        self._is_configured_outside = self._llm_config == {}  # tools that are registered will stand in it
        if self._llm_config is not False:
            self._model = None
        self._client = None

    @property
    def has_model(self) -> bool:
        """Whether there is a model to ask."""
        return self._model is not None or self._llm_config is not False

    @property
    def model(self) -> ModelClient:
        """The model client; made from the configuration, or the environment, at the first call.

        Raises:
            NoModel: nothing is configured.
        """
        if self._model is None:
            from autogen.models.factory import model_from_config  # noqa: PLC0415 - brings the provider adapters

            config = None if self._is_configured_outside else self._llm_config or None
            self._model = model_from_config(config, registered=self._registered)
        return self._model

    @property
    def client(self) -> Any:
        """The model as classic programs use it: an `OpenAIWrapper`, or `None` where there is none, or a client was given."""
        if self._client is None and self._llm_config is not False:
            from autogen.models.wrapper import OpenAIWrapper  # noqa: PLC0415 - only classic programs need it

            config = _from_environment() if self._is_configured_outside else self._llm_config
            if config is None:
                return None
            self._client = OpenAIWrapper(**config)
            self._client.count_in(self.usage)
            for kind, options in self._registered:
                self._client.register_model_client(kind, **options)
        return self._client

    @client.setter
    def client(self, value: Any) -> None:
        self._client = value

    @property
    def tool_schemas(self) -> list[Mapping[str, Any]]:
        """The tools that the model may ask for, as JSON schemas."""
        book = self.tool_book
        if not book and not self._tools:
            return _NO_TOOLS
        functions = [{"type": "function", "function": function} for function in book.get("functions", ())]
        return [*(tool.schema for tool in self._tools), *book.get("tools", ()), *functions]

    @property
    def tool_book(self) -> dict[str, Any]:
        """Where `tools` and `functions` that were registered stand: the configuration, or a dict where there is none."""
        return self._own_book if self._llm_config is False else self._llm_config

    def add_tool(self, tool: Tool) -> None:
        """Tell the model of a tool."""
        self._tools.append(tool)

    def drop_tool(self, tool: Tool) -> None:
        """Tell the model of a tool no more."""
        self._tools = [each for each in self._tools if each is not tool]

    @property
    def streams(self) -> bool | None:
        """Whether replies are streamed; `None` leaves it to whoever watches."""
        return self._llm_config.get("stream") if self._llm_config else None

    @property
    def fills_templates(self) -> bool:
        """Whether text content is a format string, filled from the message's context."""
        return bool(self._llm_config) and bool(self._llm_config.get("allow_format_str_template"))

    def register_model_client(self, model_client_cls: type, **kwargs: Any) -> None:
        """Say which class is meant by a `model_client_cls` in the configuration; `kwargs` reach its constructor."""
        from autogen.models.factory import check_registration  # noqa: PLC0415 - brings the provider adapters

        check_registration(self._llm_config, model_client_cls)
        self._registered.append((model_client_cls, kwargs))
        self._model = self._client = None

    def forget_usage(self) -> None:
        """Count usage anew."""
        self.usage.clear()

    def get_actual_usage(self) -> dict[str, Any] | None:
        """Return what was paid for: money and tokens by model; `None` if nothing was."""
        paid = cast("Any", self.usage.cost_by_model()["usage_excluding_cached_inference"])
        return paid if len(paid) > 1 else None

    def get_total_usage(self) -> dict[str, Any] | None:
        """Return what was used, answers from a cache included; `None` if nothing was."""
        return cast("Any", self.usage.cost_by_model()["usage_including_cached_inference"]) if self.usage.all else None

    def print_usage_summary(self, mode: str | list[str] | None = None) -> None:
        """Print usage by model; `mode` is "actual", "total", or both."""
        from autogen.observers.usage_report import print_usage  # noqa: PLC0415 - only for printing

        print_usage(self._agent.name, self.get_actual_usage(), self.get_total_usage(), mode or ["actual", "total"])


def _from_environment() -> dict[str, Any] | None:
    """Return the configuration that the environment holds; `None` if it holds none."""
    from autogen.errors import NoModel  # noqa: PLC0415 - as above
    from autogen.models.environment import config_from_environment  # noqa: PLC0415 - as above

    try:
        return config_from_environment()
    except NoModel:
        return None
