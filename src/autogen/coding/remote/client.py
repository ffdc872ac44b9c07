"""The executor that asks a server to run code."""

from __future__ import annotations

import asyncio
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self
from urllib.parse import urlsplit

from autogen.coding.artefacts import Artefact
from autogen.coding.markdown_code_extractor import MarkdownCodeExtractor
from autogen.coding.remote.exchange import Exchange
from autogen.coding.remote.wire import blocks_to_data, field, result_from_data
from autogen.coding.workspace import checked_name, save_bytes
from autogen.core.sync import sync_of
from autogen.core.twins import Twins
from autogen.errors import CodeError, CodeServerFailed, SandboxUnavailable

if TYPE_CHECKING:
    from autogen.coding.executor import CodeBlock, CodeExtractor, CommandLineCodeResult

TOKEN_VARIABLE = "AUTOGEN_CODE_TOKEN"  # noqa: S105 - its name, not a token
_CANCEL_S = 5.0


class RemoteCodeExecutor(Twins):
    """Runs code blocks on another machine, where `code_server` or `autogen serve-code` serves an executor.

    Each executor has a session, and so a work dir, of its own on the server, unless executors name one together. Blocks
    run once, whatever becomes of the connection; they are ended when this side cancels or goes away.

    Args:
        url: where the server is.
        token: what the server wants to hear; by default the value of `AUTOGEN_CODE_TOKEN`.
        session: the name of a session; executors that give the same one share its files and its state.
        timeout: seconds for all the blocks of an execution; the server's executor has a limit for each block.
        work_dir: where the files that code wrote are put on this machine; by default they stay on the server, from
            where `fetch` gets them.
        certificates: a file of certificates to trust instead of the system's, for a server with one of its own.

    Raises:
        ValueError: no token, or a URL that is none.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        session: str | None = None,
        timeout: float = 3600.0,
        work_dir: Path | str | None = None,
        certificates: Path | str | None = None,
    ) -> None:
        token = token or os.environ.get(TOKEN_VARIABLE, "")
        if not token or not token.isascii() or not token.isprintable():
            raise ValueError(f"a code server wants a token: give token=…, or set {TOKEN_VARIABLE}")
        self._exchange = Exchange(_checked(url), token, None if certificates is None else str(certificates))
        self._name, self._timeout_s = session, timeout
        self._work_dir = None if work_dir is None else Path(work_dir)
        self._session: str | None = None
        self._id_by_artefact: dict[Artefact, tuple[str, str]] = {}

    @property
    def code_extractor(self) -> CodeExtractor:
        """How blocks are found in a message."""
        return MarkdownCodeExtractor()

    async def a_execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CommandLineCodeResult:
        """Run the blocks in order, stopping at the first that fails.

        Raises:
            CodeServerFailed: the server refuses, cannot be reached, is gone, or makes no sense.
            SandboxUnavailable: nothing there can contain the code.
            CodeError: it could not be started there.
        """
        key = secrets.token_hex(16)
        session = await self._opened()
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._run(session, key, code_blocks)
        except TimeoutError:
            await self._cancelled(session, key)
            raise CodeServerFailed(
                f"The code at {self._exchange.url} took more than timeout={self._timeout_s:g} seconds, and was ended there."
            ) from None
        except asyncio.CancelledError:
            await asyncio.shield(self._cancelled(session, key))
            raise
        return await self._told(session, answer)

    execute_code_blocks = sync_of(a_execute_code_blocks)

    async def a_fetch(self, artefact: Artefact) -> bytes:
        """Return the content of a file that code wrote.

        Raises:
            LookupError: it is no artefact of this executor.
            CodeServerFailed: the server has it no more, or sends something else.
        """
        known = self._id_by_artefact.get(artefact)
        if known is None:
            raise LookupError(f"{artefact.name!r} is no artefact of this executor")
        session, number = known
        content = await self._exchange.fetch(f"/v1/sessions/{session}/artefacts/{number}", artefact.size_bytes)
        if sha256(content).hexdigest() != artefact.sha256:
            raise CodeServerFailed(
                f"The file {artefact.name!r} is not what the code server at {self._exchange.url} told."
            )
        return content

    fetch = sync_of(a_fetch)

    async def a_restart(self) -> None:
        """Let the executor on the server forget its state.

        Raises:
            CodeServerFailed: the server refuses, or cannot be reached.
        """
        if self._session is not None:
            await self._exchange.ask("POST", f"/v1/sessions/{self._session}/restart", {})

    restart = sync_of(a_restart)

    async def a_stop(self) -> None:
        """End the session on the server, with its files; a session that has a name is left to the others."""
        session, self._session = self._session, None
        if session is not None and self._name is None:
            with suppress(CodeServerFailed):
                await self._exchange.ask("DELETE", f"/v1/sessions/{session}")

    stop = sync_of(a_stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.a_stop()

    async def _opened(self) -> str:
        if self._session is not None:
            return self._session
        told = await self._exchange.ask("POST", "/v1/sessions", {} if self._name is None else {"name": self._name})
        with self._exchange.reading():
            self._session = session = field(told, "session", str)
        return session

    async def _run(self, session: str, key: str, code_blocks: list[CodeBlock]) -> dict[str, Any]:
        """Ask for the blocks, and ask again until they are done; the key sees to it that they run once."""
        path = f"/v1/sessions/{session}/executions"
        try:
            answer = await self._exchange.ask("POST", path, {"key": key, "blocks": blocks_to_data(code_blocks)})
            while answer.get("done") is False:
                answer = await self._exchange.ask("GET", f"{path}/{key}")
        except LookupError:
            self._session = None
            raise CodeServerFailed(
                f"The code server at {self._exchange.url} no longer knows this session: it was started anew, or the session "
                f"was not used for long. The files of the session are gone; the next execution begins another one."
            ) from None
        return answer

    async def _told(self, session: str, answer: dict[str, Any]) -> CommandLineCodeResult:
        if isinstance(answer.get("error"), dict):
            self._raise(answer["error"])
        with self._exchange.reading():
            result, ids = result_from_data(field(answer, "result", dict))
        result.place = f"{result.place or 'code'} at {urlsplit(self._exchange.url).netloc}"
        self._id_by_artefact |= {
            artefact: (session, number) for artefact, number in zip(result.artefacts, ids, strict=True)
        }
        if self._work_dir is not None:
            result.artefacts = tuple([await self._brought(artefact, self._work_dir) for artefact in result.artefacts])
        return result

    async def _brought(self, artefact: Artefact, work_dir: Path) -> Artefact:
        """Put a file into the work dir of this machine."""
        try:
            name = checked_name(artefact.name)
        except ValueError as error:
            raise CodeServerFailed(
                f"The code server at {self._exchange.url} names a file {artefact.name!r}: {error}"
            ) from None
        content = await self.a_fetch(artefact)
        await asyncio.to_thread(_put, work_dir, name, content)
        return Artefact(name, artefact.media_type, artefact.size_bytes, artefact.sha256, work_dir / name)

    def _raise(self, error: dict[str, Any]) -> NoReturn:
        """Raise what the server's executor raised."""
        kind, words = str(error.get("kind")), str(error.get("message"))
        if kind == "SandboxUnavailable":
            raise SandboxUnavailable(f"At {self._exchange.url}: {words}")
        if kind == "cancelled":
            raise CodeServerFailed(f"At {self._exchange.url}: {words}")
        raise CodeError(f"At {self._exchange.url}: {words}")

    async def _cancelled(self, session: str, key: str) -> None:
        """End the code there; if the server cannot be told, it finds out by itself."""
        with suppress(CodeServerFailed, LookupError, TimeoutError):
            async with asyncio.timeout(_CANCEL_S):
                await self._exchange.ask("DELETE", f"/v1/sessions/{session}/executions/{key}")


def _checked(url: str) -> str:
    """Return a server's address without a slash at its end.

    Raises:
        ValueError: it is none, or has a user in it.
    """
    parts = urlsplit(url)
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    try:
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port beyond all ports
        is_whole = False
    if not is_whole or parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"url={shown!r} must be like 'https://host:8700', without a user in it")
    return url.rstrip("/")


def _put(work_dir: Path, name: str, content: bytes) -> None:
    work_dir.mkdir(parents=True, exist_ok=True)
    save_bytes(work_dir, name, content)
