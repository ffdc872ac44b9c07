"""Caches of model replies: off unless asked for, JSON only.

The key is the SHA-256 of the canonical JSON (keys sorted, no spaces, UTF-8) of

    {"v": 1, "model": <fingerprint of the client>, "messages": […], "tools": […], "options": {…}}

where the fingerprint of an OpenAI client holds model, address and the options of its entry, but no key. Only whole
replies are kept: none that was cut, filtered or refused.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, cast

from autogen.core.sync import call
from autogen.models.client import ModelReply
from autogen.usage import Usage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from autogen.messages import ChatMessage
    from autogen.models.client import ModelClient, ModelRequest

_logger = logging.getLogger("autogen")
C = TypeVar("C", bound="Cache")

VERSION = 1
_KEPT = frozenset({"stop", "tool_calls"})
_WAIT_FOR_LOCK_S = 1.0
_CONFIG_KEYS = ("cache_seed", "cache_path_root")


class Store(Protocol):
    """Where values are kept by key."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value, or the default."""
        ...

    def set(self, key: str, value: Any) -> Any:
        """Keep a value."""
        ...


class CachedModel:
    """Answers what was asked before from a store, and asks `client` otherwise.

    Args:
        client: who is asked; a cache of its own is passed over, this one counts.
        store: one of ours, or any object with `get` and `set`, sync or async. Its `expires_s`, if it has one, is how old an
            answer may be, in seconds.
        clock: seconds since the epoch.
    """

    def __init__(self, client: ModelClient, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self.client: ModelClient = client.client if isinstance(client, CachedModel) else client
        self.store, self._clock = store, clock

    @property
    def name(self) -> str:
        """The model's name."""
        return self.client.name

    @property
    def fingerprint(self) -> Any:
        """That of the model asked."""
        return getattr(self.client, "fingerprint", self.client.name)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Look the answer up, or ask for it and keep it."""
        key = key_of(self.fingerprint, request)
        found = self._fresh(await self._get(key))
        if found is not None:
            content = found.message.get("content")
            if request.on_delta is not None and isinstance(content, str) and content:
                request.on_delta(content, "content")
            return found
        reply = await self.client.create(request)
        if reply.finish_reason in _KEPT:
            await self._set(key, {**_as_data(reply), "at": self._clock()})
        return reply

    def _fresh(self, kept: Any) -> ModelReply | None:
        """Return the reply that was kept, unless it is too old."""
        most_s: float | None = getattr(self.store, "expires_s", None)
        if most_s is not None and isinstance(kept, dict):
            at: Any = cast("dict[str, Any]", kept).get("at")
            if not isinstance(at, (int, float)) or self._clock() - at >= most_s:
                return None
        return _as_reply(kept)

    async def _get(self, key: str) -> Any:
        return self.store.get(key) if isinstance(self.store, Cache) else await call(self.store.get, key)

    async def _set(self, key: str, value: dict[str, Any]) -> None:
        if isinstance(self.store, Cache):
            self.store.set(key, value)
        else:
            await call(self.store.set, key, value)


def key_of(fingerprint: Any, request: ModelRequest) -> str:
    """Return the key of a question to a model.

    Raises:
        TypeError: something in the question is not JSON.
    """
    asked = {
        "v": VERSION,
        "model": fingerprint,
        "messages": list(request.messages),
        "tools": list(request.tools),
        "options": dict(request.options),
    }
    from hashlib import sha256  # noqa: PLC0415 - loads OpenSSL; only for a cache in use

    text = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_described)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _described(value: object) -> Any:
    """Return a pydantic model given as `response_format` as its schema."""
    schema = getattr(value, "model_json_schema", None)
    if schema is None:
        raise TypeError(f"{value!r} is no JSON, so this question cannot be cached")
    return schema()


def _as_data(reply: ModelReply) -> dict[str, Any]:
    usage = asdict(reply.usage) if reply.usage is not None else None
    return {
        "v": VERSION,
        "message": reply.message,
        "model": reply.model,
        "usage": usage,
        "finish_reason": reply.finish_reason,
    }


def _as_reply(data: Any) -> ModelReply | None:
    """Return the reply that was kept; `None` where there is none, or one of another make, or a damaged one."""
    if not isinstance(data, dict):
        return None
    kept = cast("dict[str, Any]", data)
    message: Any = kept.get("message")
    if kept.get("v") != VERSION or not isinstance(message, dict) or kept.get("finish_reason") not in _KEPT:
        return None
    try:
        usage = Usage(**kept["usage"]) if kept.get("usage") is not None else None
    except TypeError:
        return None
    return ModelReply(
        cast("ChatMessage", message), str(kept.get("model")), usage, kept["finish_reason"], from_cache=True
    )


class Cache:
    """Values by key, for `with` or without; `disk` and `in_memory` make one, and so does a configuration.

    A subclass provides `get` and `set`.

    Args:
        config: `cache_seed` and `cache_path_root`, as for `disk`.

    Attributes:
        expires_s: how old an answer may be; `None` for ever.

    Raises:
        ValueError: another key.
    """

    expires_s: float | None = None
    _kept_by: Cache | None = None

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        if config is None:
            return
        if other := [key for key in config if key not in _CONFIG_KEYS]:
            raise ValueError(
                f"Invalid config key: {other[0]!r} (allowed: {', '.join(_CONFIG_KEYS)}). Replies are kept in files; "
                "for another store, give any object with get and set as cache=."
            )
        self.config = dict(config)
        self._kept_by = self.disk(config.get("cache_seed", 42), config.get("cache_path_root", ".cache"))

    @staticmethod
    def disk(
        cache_seed: str | int = 42, cache_path_root: str = ".cache", *, expires_s: float | None = None
    ) -> DiskCache:
        """Return a cache in a file of its own for each seed, under a folder; older answers than `expires_s` are asked anew."""
        return _expiring(DiskCache(cache_seed, cache_path_root), expires_s)

    @staticmethod
    def in_memory(cache_seed: str | int = "", *, expires_s: float | None = None) -> InMemoryCache:
        """Return a cache that ends with the process; `expires_s` as for `disk`."""
        return _expiring(InMemoryCache(cache_seed), expires_s)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, or the default."""
        return self._store().get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Keep a value."""
        self._store().set(key, value)

    def close(self) -> None:
        """Let go of what is held open; the cache can be used again."""
        if self._kept_by is not None:
            self._kept_by.close()

    def _store(self) -> Cache:
        if self._kept_by is None:
            raise NotImplementedError(f"{type(self).__name__} needs get and set of its own, or a configuration")
        return self._kept_by

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _expiring(cache: C, expires_s: float | None) -> C:
    if expires_s is not None and (isinstance(expires_s, bool) or expires_s <= 0):
        raise ValueError(f"expires_s={expires_s!r}: it is a number of seconds above 0, or None for no end.")
    cache.expires_s = expires_s
    return cache


class InMemoryCache(Cache):
    """A cache in a dict; takes any value."""

    def __init__(self, seed: str | int = "") -> None:
        self._seed = str(seed)
        self._values: dict[str, Any] = {}

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, or the default."""
        value = self._values.get(key)
        return default if value is None else value

    def set(self, key: str, value: Any) -> None:
        """Keep a value."""
        self._values[key] = value


class DiskCache(Cache):
    """A cache in an SQLite file, shared by threads and processes; takes JSON values only.

    A file that is damaged is dropped with a warning; one that cannot be written is not used, with a warning.
    """

    def __init__(self, seed: str | int = 42, root: str | Path = ".cache") -> None:
        self.path = Path(root) / (re.sub(r"[^\w.-]", "_", str(seed)).strip(".") or "_") / "replies.sqlite3"
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._has_warned = False

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, or the default."""
        row = self._execute("SELECT value FROM replies WHERE key = ?", (key,))
        if row is None:
            return default
        try:
            return json.loads(row[0])
        except (ValueError, TypeError):
            return default

    def set(self, key: str, value: Any) -> None:
        """Keep a value.

        Raises:
            TypeError: it is not JSON.
        """
        self._execute("INSERT OR REPLACE INTO replies (key, value) VALUES (?, ?)", (key, json.dumps(value)))

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()

    def _execute(self, statement: str, values: tuple[str, ...]) -> tuple[Any, ...] | None:
        import sqlite3  # noqa: PLC0415 - only for a cache in use

        with self._lock:
            try:
                return self._opened().execute(statement, values).fetchone()
            except sqlite3.OperationalError as error:
                self._warn(f"The cache {self.path} is not used: {error}.")
            except sqlite3.DatabaseError as error:
                self._drop(error)
            except OSError as error:
                self._warn(f"The cache {self.path} is not used: {error}.")
        return None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            import sqlite3  # noqa: PLC0415 - as above

            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self.path, timeout=_WAIT_FOR_LOCK_S, isolation_level=None, check_same_thread=False
            )
            self._connection = connection
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
            )
        return self._connection

    def _drop(self, error: sqlite3.DatabaseError) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self.path}{suffix}").unlink()
        self._warn(f"The cache {self.path} was damaged ({error}) and is begun anew.")

    def _warn(self, text: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            _logger.warning(text)
