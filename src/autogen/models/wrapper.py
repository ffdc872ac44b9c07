"""`OpenAIWrapper`, for programs that ask a model without an agent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

from autogen.core.runtime_log.session import current_log
from autogen.core.sync import call, sync_of
from autogen.errors import ModelError
from autogen.models.cache import Cache, CachedModel
from autogen.models.classic.completion import completion_of
from autogen.models.classic.custom import CustomModel, check_registration, missing_text
from autogen.models.client import ModelRequest
from autogen.models.config import CONNECTION_KEYS, check_entry, entries_of, listed_entries, options_of
from autogen.usage import Usage, UsageLedger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from autogen.messages import ChatMessage
    from autogen.models.client import ModelClient, ModelReply

_OF_THE_CLIENT = CONNECTION_KEYS | {"model"}


class OpenAIWrapper:
    """Asks the models of a list, in order, until one answers and its answer passes the filter.

    Args:
        config_list: entries, as in `llm_config`.
        base_config: shared keys; what an entry says itself wins over them, and what `create` is told wins over both.
    """

    def __init__(self, *, config_list: Sequence[Mapping[str, Any]] | None = None, **base_config: Any) -> None:
        config = {**base_config, "config_list": list(config_list or ())}
        self._entries, self._as_written = entries_of(config), listed_entries(config)
        for entry in self._entries:
            check_entry(entry)
        self._instances: dict[int, Any] = {}
        self._clients: dict[int, ModelClient] = {}
        self._usage = UsageLedger()
        log = current_log()
        if log is not None:
            log.wrapper_made(self, config)

    def register_model_client(self, model_client_cls: type, **kwargs: Any) -> None:
        """Make the client for the next entry that waits for this class; `kwargs` reach its constructor with the entry.

        Raises:
            ValueError: no entry waits for it.
        """
        name = model_client_cls.__name__
        waiting = (
            i
            for i, entry in enumerate(self._entries)
            if entry.get("model_client_cls") == name and i not in self._instances
        )
        index = next(waiting, None)
        if index is None:
            check_registration({"config_list": self._entries}, model_client_cls)
            return  # all of its entries have their client already
        self._instances[index] = model_client_cls(dict(self._as_written[index]), **kwargs)

    async def a_create(self, **config: Any) -> Any:
        """Ask, and return the response.

        Args:
            config: `messages` or `prompt`; parameters of the call; and `context`, `filter_func`, `cache`, `cache_seed`,
                `allow_format_str_template`, `price` and whatever else an entry may hold. It wins over the entries.

        Raises:
            ModelError: that of the last entry.
            RuntimeError: an entry waits for a class that is not registered.
            ValueError: neither or both of `messages` and `prompt`.
        """
        self._check_instances()
        last = len(self._entries) - 1
        for index, entry in enumerate(self._entries):
            merged = {**entry, **config}
            try:
                response = await self._asked(index, merged, config)
            except ModelError as error:
                if index == last or "content_filter" in str(error):
                    raise
                continue
            accepts = merged.get("filter_func")
            passes = accepts is None or bool(await call(accepts, context=merged.get("context"), response=response))
            if passes or index == last:
                response.config_id, response.pass_filter = index, passes
                return response
        raise AssertionError  # the last entry has answered or failed

    create = sync_of(a_create)

    async def _asked(self, index: int, merged: dict[str, Any], config: Mapping[str, Any]) -> Any:
        request = _request_of(merged)
        client = self._client(index, merged, config)
        if isinstance(client, CustomModel):
            response = await client.respond(request)
            reply = await self._logged(client.reply_of(response), request, client, merged)
            response.message_retrieval_function = client.client.message_retrieval
        else:
            seed, store = merged.get("cache_seed"), merged.get("cache")
            if store is None and seed is not None:
                store = Cache.disk(seed, expires_s=merged.get("cache_expires_s"))
            asked = client if store is None else CachedModel(client, store)
            reply = await self._logged(asked.create(request), request, asked, merged)
            response = completion_of(reply)
        self._count(reply)
        return response

    async def _logged(
        self, asking: Awaitable[ModelReply], request: ModelRequest, client: ModelClient, merged: Mapping[str, Any]
    ) -> ModelReply:
        log = current_log()
        if log is None:
            return await asking
        from autogen.models.classic.logged import logged  # noqa: PLC0415 - only while the runtime log is on

        return await logged(log, asking, request, client, (merged.get("agent") or "", self))

    def _client(self, index: int, merged: dict[str, Any], config: Mapping[str, Any]) -> ModelClient:
        if index in self._instances:
            return CustomModel(self._instances[index], merged)
        from autogen.models.factory import client_of_entry  # noqa: PLC0415 - brings the engine

        if not config.keys().isdisjoint(_OF_THE_CLIENT):
            check_entry(merged)
            return client_of_entry({key: value for key, value in merged.items() if key in _OF_THE_CLIENT})
        if index not in self._clients:
            entry = self._entries[index]
            self._clients[index] = client_of_entry(
                {key: value for key, value in entry.items() if key in _OF_THE_CLIENT}
            )
        return self._clients[index]

    def _check_instances(self) -> None:
        missing = [
            str(e["model_client_cls"])
            for i, e in enumerate(self._entries)
            if e.get("model_client_cls") and i not in self._instances
        ]
        if missing:
            raise RuntimeError(missing_text(missing))

    def _count(self, reply: ModelReply) -> None:
        self._usage.add("", reply.model, reply.usage or Usage(), from_cache=reply.from_cache)

    @property
    def actual_usage_summary(self) -> dict[str, Any] | None:
        """What was paid for, by model, in US dollars and tokens; `None` if nothing was."""
        paid = cast("dict[str, Any]", self._usage.cost_by_model()["usage_excluding_cached_inference"])
        return paid if len(paid) > 1 else None

    @property
    def total_usage_summary(self) -> dict[str, Any] | None:
        """What was used, answers from a cache included; `None` if nothing was asked."""
        used = cast("dict[str, Any]", self._usage.cost_by_model()["usage_including_cached_inference"])
        return used if self._usage.all else None

    def print_usage_summary(self, mode: str | Sequence[str] = ("actual", "total")) -> None:
        """Print usage by model: "actual", "total", or both.

        Raises:
            ValueError: another mode.
        """
        wanted = {mode} if isinstance(mode, str) else set(mode)
        if not wanted or not wanted <= {"actual", "total", "both"}:
            raise ValueError(f'Invalid mode: {mode}, choose from "actual", "total", ["actual", "total"]')
        if self.total_usage_summary is None:
            sys.stdout.write('No usage summary. Please call "create" first.\n')
            return
        lines = ["-" * 100]
        if wanted & {"actual", "both"}:
            lines += _usage_lines(self.actual_usage_summary, "excluding")
        if wanted & {"total", "both"}:
            lines += _usage_lines(self.total_usage_summary, "including")
        sys.stdout.write("\n".join([*lines, "-" * 100, ""]))

    def clear_usage_summary(self) -> None:
        """Count usage anew."""
        self._usage.clear()

    def count_in(self, ledger: UsageLedger) -> None:
        """Count usage in this ledger from now on: that of the agent whose client this is."""
        self._usage = ledger

    @staticmethod
    def instantiate(
        template: str | Callable[[Mapping[str, Any]], str] | None,
        context: Mapping[str, Any] | None = None,
        allow_format_str_template: bool | None = False,  # noqa: FBT001, FBT002 - the classic signature
    ) -> Any:
        """Return a template filled from a context: a function of it, or, if that is allowed, a format string."""
        return _filled(template, context, fills=bool(allow_format_str_template)) if context and template else template

    @classmethod
    def extract_text_or_completion_object(cls, response: Any) -> list[Any]:
        """Return the texts of a response; the whole message where it asks for a call."""
        return response.message_retrieval_function(response)


def _request_of(merged: Mapping[str, Any]) -> ModelRequest:
    """Return the question in a call's parameters, its templates filled in."""
    prompt, messages, context = merged.get("prompt"), merged.get("messages"), merged.get("context")
    if (prompt is None) == (messages is None):
        raise ValueError("Either prompt or messages should be in create config but not both.")
    asked: Sequence[Any] = [{"role": "user", "content": prompt}] if messages is None else messages
    if context:
        fills = bool(merged.get("allow_format_str_template"))
        asked = [{**message, "content": _filled(message.get("content"), context, fills=fills)} for message in asked]
    options = {key: value for key, value in options_of(merged).items() if key not in {"messages", "prompt"}}
    for key in ("functions", "stream"):
        if merged.get(key):
            options[key] = merged[key]
    return ModelRequest(cast("Sequence[ChatMessage]", asked), merged.get("tools") or (), options)


def _filled(template: Any, context: Mapping[str, Any], *, fills: bool) -> Any:
    if callable(template):
        return template(context)
    return template.format(**context) if fills and isinstance(template, str) else template


def _usage_lines(summary: dict[str, Any] | None, word: str) -> list[str]:
    if summary is None:
        return ["No actual cost incurred (all completions are using cache)."]
    lines = [f"Usage summary {word} cached usage: ", f"Total cost: {round(summary['total_cost'], 5)}"]
    for model, counts in summary.items():
        if model != "total_cost":
            tokens = ", ".join(
                f"{kind}: {counts[kind]}" for kind in ("prompt_tokens", "completion_tokens", "total_tokens")
            )
            lines.append(f"* Model '{model}': cost: {round(counts['cost'], 5)}, {tokens}")
    return lines
