"""What holds for every test: no network beyond this machine, no keys or settings from outside."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.postgres_server import postgres_database, postgres_server, postgres_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["postgres_database", "postgres_server", "postgres_url"]

SETTINGS = (
    "ANTHROPIC_",
    "AUTOGEN_",
    "AWS_",
    "AZURE_",
    "COHERE_",
    "DEEPSEEK_",
    "GEMINI_",
    "GOOGLE_",
    "GROQ_",
    "MISTRAL_",
    "OAI_CONFIG_LIST",
    "OLLAMA_",
    "OPENAI_",
    "OPENROUTER_",
    "TOGETHER_",
    "XAI_",
)


class NetworkRefused(RuntimeError):
    """A test reached for the network."""

    def __init__(self, host: object) -> None:
        super().__init__(
            f"A test tried to reach {host!r}. Tests stay on this machine: use a scripted model or serve on 127.0.0.1."
        )


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _only_local(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _only_local_names(socket.getaddrinfo))
        yield


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in os.environ:
        if name.upper().startswith(SETTINGS) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AUTOGEN_RESULTS_DIR", str(tmp_path_factory.getbasetemp() / "results"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio alone: the core is written for it."""
    return "asyncio"


def _only_local(connect: Callable[..., Any]) -> Callable[..., Any]:
    def refuse_or_connect(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_local(address[0]):
            raise NetworkRefused(address[0])
        return connect(self, address)

    return refuse_or_connect


def _only_local_names(getaddrinfo: Callable[..., Any]) -> Callable[..., Any]:
    def refuse_or_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_local(host):
            raise NetworkRefused(host)
        return getaddrinfo(host, *args, **kwargs)

    return refuse_or_resolve


def _is_local(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
