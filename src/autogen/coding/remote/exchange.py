"""One request and one answer: bounded, retried where that is safe, and every failure in plain words without the token."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autogen.coding.remote.wire import MOST_ANSWER_BYTES, WAIT_S, NotOurs, packed, unpacked
from autogen.errors import CodeServerFailed

if TYPE_CHECKING:
    from collections.abc import Generator

    import httpx2

_CONNECT_S, _READ_S = 5.0, WAIT_S + 15.0
_MOST_EXCUSE_BYTES = 64_000
_PAUSES_S = (0.1, 0.4, 1.0)  # before the server is asked again
_MEANINGS = {
    401: "refuses the token. It must be the one that the server was started with",
    403: "refuses this client",
    413: "says that the code is too long",
    421: "does not go by this host name. Start it with that name among its hosts",
    429: "is busy. Try again later, or give it more room",
}


class Exchange:
    """Asks a server for JSON."""

    def __init__(self, url: str, token: str, certificates: str | None) -> None:
        self.url, self._certificates = url, certificates
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    async def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what the server answers.

        Every request may be sent twice: what must happen once has a key of its own.

        Raises:
            CodeServerFailed: it refuses, cannot be reached, is gone, or makes no sense.
            LookupError: it does not know what the path names.
        """
        status, content = await self._tried(method, path, None if data is None else packed(data), MOST_ANSWER_BYTES)
        if status == 404:  # noqa: PLR2004 - as HTTP numbers it
            raise LookupError(path)
        with self.reading():
            answer = unpacked(content)
        if status != 200:  # noqa: PLR2004 - likewise
            words = f"The code server at {self.url} failed ({status}): {_words_of(answer)}"
            raise CodeServerFailed(words, status=status)
        return answer

    async def fetch(self, path: str, size_bytes: int) -> bytes:
        """Return a file of a known size.

        Raises:
            CodeServerFailed: as for `ask`; or the server has it no more.
        """
        status, content = await self._tried("GET", path, None, size_bytes)
        if status != 200:  # noqa: PLR2004 - as HTTP numbers it
            raise CodeServerFailed(f"The code server at {self.url} no longer has this file, as it was.")
        return content

    @contextmanager
    def reading(self) -> Generator[None]:
        """Read an answer; what is not the protocol's is the server's failure.

        Raises:
            CodeServerFailed: says what is wrong with it.
        """
        try:
            yield
        except NotOurs as error:
            raise CodeServerFailed(
                f"What answers at {self.url} is no code server, or another version of one: {error}."
            ) from None

    async def _tried(self, method: str, path: str, body: bytes | None, most_bytes: int) -> tuple[int, bytes]:
        import httpx2  # noqa: PLC0415 - slow to import, and only where a server is asked

        broke: str | None = "it had begun" if "/executions/" in path else None
        for pause_s in (*_PAUSES_S, None):
            try:
                return await self._sent(method, path, body, most_bytes)
            except httpx2.TransportError as error:
                if not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
                    broke = str(error) or type(error).__name__
                if pause_s is None:
                    raise CodeServerFailed(self._why_not_reached(error, broke)) from None
            await asyncio.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    async def _sent(self, method: str, path: str, body: bytes | None, most_bytes: int) -> tuple[int, bytes]:
        import httpx2  # noqa: PLC0415 - loaded by now

        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        timeout = httpx2.Timeout(_READ_S, connect=_CONNECT_S)
        is_secret = self.url.startswith("https:")  # a proxy on the way would read the token otherwise
        verify: Any = is_secret if self._certificates is None else _trusting(self._certificates)
        async with (
            httpx2.AsyncClient(timeout=timeout, trust_env=is_secret, verify=verify, follow_redirects=False) as client,
            client.stream(method, self.url + path, headers=headers, content=body) as answer,
        ):
            self._refuse_status(answer)
            content, allowed = bytearray(), most_bytes if answer.is_success else _MOST_EXCUSE_BYTES
            async for part in answer.aiter_raw():
                content += part
                if len(content) > allowed:
                    raise CodeServerFailed(f"The code server at {self.url} sends more than {allowed} bytes.")
            return answer.status_code, bytes(content)

    def _refuse_status(self, answer: httpx2.Response) -> None:
        if answer.is_redirect or 300 <= answer.status_code < 400:  # noqa: PLR2004 - as HTTP numbers them
            where = answer.headers.get("location", "")[:200]
            raise CodeServerFailed(
                f"{self.url} sends on to {where!r}. That is not followed, and the token was not sent there: "
                f"if it is right, give that address.",
                status=answer.status_code,
            )
        if (meaning := _MEANINGS.get(answer.status_code)) is not None:
            words = f"The code server at {self.url} {meaning} ({answer.status_code})."
            raise CodeServerFailed(words, status=answer.status_code)
        if "content-encoding" in answer.headers:
            raise CodeServerFailed(f"What answers at {self.url} packs its answers, which no code server does.")

    def _why_not_reached(self, error: httpx2.TransportError, broke: str | None) -> str:
        if broke is None:
            return f"No code server can be reached at {self.url} ({error}). Start it there: autogen serve-code"
        return (
            f"The code server at {self.url} is gone in the middle ({error or type(error).__name__}; {broke}): whether the code "
            f"ran, and how far it got, is unknown."
        )


def _trusting(certificates: str) -> Any:
    import ssl  # noqa: PLC0415 - only with certificates of one's own

    return ssl.create_default_context(cafile=certificates)


def _words_of(answer: dict[str, Any]) -> str:
    error: Any = answer.get("error")
    return str(error.get("message"))[:500] if isinstance(error, dict) else "it does not say why"  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
