"""One session of the runtime log: it watches runs, and is told of each agent, client and model call while it is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autogen.core.runtime_log.port import RuntimeLogger
    from autogen.events import Event


class RuntimeLog:
    """One session of a logger. It watches runs; what the logger raises is reported once, and the program goes on."""

    wants_tokens = False

    def __init__(self, logger: RuntimeLogger) -> None:
        self.logger = logger
        self._known: set[int] = set()
        self._arguments: dict[tuple[str, int], Any] = {}
        self._has_failed = False

    def on_event(self, event: Event) -> None:
        """Write an event: a message as the recipient's `received_message`, a tool's call also as a use of a function."""
        from autogen.events import MessageSent, StepEnded, StepStarted, to_dict  # noqa: PLC0415 - an agent asks for this file

        if isinstance(event, MessageSent):
            facts = {"message": dict(event.message), "sender": event.source, "valid": True}
            self._tell(self.logger.log_event, event.recipient, "received_message", **facts)
            return
        self._tell(self.logger.log_event, event.source, type(event).__name__, event=to_dict(event))
        if isinstance(event, StepStarted) and event.kind == "tool":
            self._arguments[event.run_id, event.step_id] = event.input.get("arguments")
        elif isinstance(event, StepEnded) and event.kind == "tool":
            given = self._arguments.pop((event.run_id, event.step_id), None)
            returned = event.output["content"] if event.error is None else event.error
            self._tell(self.logger.log_function_use, event.source, event.name, given, returned)

    def agent_made(self, agent: Any, mind: Any, arguments: Mapping[str, Any]) -> None:
        """Write an agent, and the configuration of its model."""
        self._tell(self.logger.log_new_agent, agent, arguments)
        if mind.llm_config is not False:
            self.wrapper_made(mind, mind.llm_config)

    def wrapper_made(self, wrapper: Any, arguments: Mapping[str, Any]) -> None:
        """Write a configuration of models."""
        self._tell(self.logger.log_new_wrapper, wrapper, arguments)

    def call_ended(self, client: Any, wrapper: Any, *facts: Any) -> None:
        """Write a model call, and its client when it is seen for the first time; `facts` are those of the logger."""
        name = getattr(client, "name", "")
        while hasattr(client, "client"):  # retries and the like are wrapped around it
            client = client.client
        if id(client) not in self._known:
            self._known.add(id(client))
            self._tell(self.logger.log_new_client, client, wrapper, {"model": name})
        invocation_id, *others = facts
        self._tell(self.logger.log_chat_completion, invocation_id, id(client), id(wrapper), *others)

    def _tell(self, method: Callable[..., None], *values: Any, **named: Any) -> None:
        try:
            method(*values, **named)
        except Exception:
            import logging  # noqa: PLC0415 - as above

            if not self._has_failed:
                self._has_failed = True
                logging.getLogger("autogen").exception(
                    "The runtime log (%r) failed; the program goes on, and this is told once.", self.logger
                )


class _Process:
    log: RuntimeLog | None = None


def begin(logger: RuntimeLogger) -> str:
    """Turn the log on, and return the id of the session.

    Raises:
        Exception: whatever the logger raises; the log is then as it was.
    """
    session = logger.start()
    _Process.log = RuntimeLog(logger)
    return session


def end() -> None:
    """Turn the log off."""
    log, _Process.log = _Process.log, None
    if log is not None:
        log.logger.stop()


def current_log() -> RuntimeLog | None:
    """Return the log; `None` while it is off."""
    return _Process.log


def timestamp() -> str:
    """Return the time as classic logs have it: UTC, to the microsecond."""
    from datetime import UTC, datetime  # noqa: PLC0415 - as above

    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
