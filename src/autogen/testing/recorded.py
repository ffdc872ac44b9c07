"""A model whose replies are recorded once and replayed for ever, from a JSON file that people can read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from autogen.models.client import ModelClient, ModelReply, ModelRequest
from autogen.testing.scripted import stream
from autogen.usage import Usage

if TYPE_CHECKING:
    import os
    from collections.abc import Awaitable, Callable, Mapping

VERSION = 1
_PREVIEW = 100


class RecordedModel:
    """Replays the calls in a file; where there is no file yet, asks a live model and writes it.

    A replay goes by position, and checks that each request is the one that was recorded; to record anew, delete the
    file.

    Args:
        path: the JSON file.
        model: who is asked while recording; `None` only replays.
        check_requests: `False` replays by position alone, for requests that hold what differs from run to run.
        word_s: seconds after each word of a streamed reply.
        sleep: how to wait; `asyncio.sleep` if not given.

    Raises:
        FileNotFoundError: there is no file and no model to record from.
        ValueError: the file is not a recording.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: ModelClient | None = None,
        *,
        check_requests: bool = True,
        word_s: float = 0,
        sleep: Callable[[float], Awaitable[Any]] | None = None,
    ) -> None:
        self._path = Path(path)
        self._check_requests, self._word_s, self._sleep = check_requests, word_s, sleep
        self._asked = 0
        self._live = model
        self._calls: list[dict[str, Any]] = []
        self.is_replay = self._path.exists()
        if self.is_replay:
            self._name, self._calls = _load(self._path)
        elif model is None:
            raise FileNotFoundError(
                f"There is no recording at {str(self._path)!r}. Give RecordedModel a model to record it from."
            )
        else:
            self._name = model.name

    @property
    def name(self) -> str:
        """The name of the model that was recorded."""
        return self._name

    async def create(self, request: ModelRequest) -> ModelReply:
        """Replay the next reply, or record it.

        Raises:
            AssertionError: the request is not the one that was recorded here, or there were fewer of them.
        """
        if not self.is_replay:
            return await self._record(request)
        self._asked += 1
        if self._asked > len(self._calls):
            raise AssertionError(
                f"The recording {self._path.name} has {len(self._calls)} calls, "
                f"and the model was asked {self._asked} times. {_AGAIN}"
            )
        entry = self._calls[self._asked - 1]
        if self._check_requests:
            self._check(entry["request"], _summary(request))
        reply = _reply_of(entry["reply"])
        await stream(reply.message, request, self._word_s, self._sleep)
        return reply

    async def _record(self, request: ModelRequest) -> ModelReply:
        assert self._live is not None, "recording needs a live model"
        summary = _summary(request)
        reply = await self._live.create(request)
        self._calls.append(
            {"request": summary, "reply": {key: value for key, value in asdict(reply).items() if key != "from_cache"}}
        )
        _write(self._path, {"version": VERSION, "model": self._name, "calls": self._calls})
        return reply

    def _check(self, recorded: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
        if recorded["hash"] == asked["hash"]:
            return
        raise AssertionError(
            f"Call {self._asked} differs from the recording {self._path.name}: {_difference(recorded, asked)} {_AGAIN}"
        )


_AGAIN = "Delete the file to record it anew."


def _load(path: Path) -> tuple[str, list[dict[str, Any]]]:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{str(path)!r} is not a recording: {error}") from None
    if not isinstance(data, dict) or cast("dict[str, Any]", data).get("version") != VERSION:
        raise ValueError(
            f'{str(path)!r} is not a recording that this version knows (a JSON object with "version": {VERSION}).'
        )
    recording = cast("dict[str, Any]", data)
    return str(recording.get("model", "recorded")), cast("list[dict[str, Any]]", recording["calls"])


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(path.name + ".part")
    whole.write_text(json.dumps(data, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    whole.replace(path)


def _summary(request: ModelRequest) -> dict[str, Any]:
    """Return what tells one request from another: a line for each message, each with a hash of the whole of it."""
    lines = [_line(message) for message in request.messages]
    tools = sorted(str(tool.get("function", {}).get("name", "")) for tool in request.tools)
    rest = _hash([lines, request.tools, sorted(request.options.items())])
    return {"hash": rest, "messages": lines, "tools": tools, "options": dict(request.options)}


def _line(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    text = content if isinstance(content, str) else json.dumps(content, default=str)
    if message.get("tool_calls"):
        text = f"{'' if content is None else text} calls {json.dumps(message['tool_calls'], default=str)}".strip()
    cut = text if len(text) <= _PREVIEW else f"{text[:_PREVIEW]}… ({len(text)} characters)"
    return f"{message.get('role', '?')}: {cut} #{_hash(message)[:8]}"


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _difference(recorded: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    before, now = recorded["messages"], asked["messages"]
    for index, (old, new) in enumerate(zip(before, now, strict=False)):
        if old != new:
            return f"message {index} was {old!r} and is {new!r}."
    if len(before) != len(now):
        return f"it had {len(before)} messages and has {len(now)}."
    if recorded["tools"] != asked["tools"]:
        return f"the tools were {recorded['tools']} and are {asked['tools']}."
    return f"the options were {recorded['options']} and are {asked['options']}, or a tool's schema changed."


def _reply_of(data: Mapping[str, Any]) -> ModelReply:
    fields: dict[str, Any] = {**data}
    if fields.get("usage") is not None:
        fields["usage"] = Usage(**fields["usage"])
    return ModelReply(**fields)
