"""Providers: where each one's API is, what it speaks, and which variable of the environment holds its key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_SERVED = "*"
"""As a model's name: the first model that the server lists."""

DEFAULT_AZURE_API_VERSION = "2024-02-01"


Protocol = Literal["openai", "responses", "anthropic", "google", "gateway"]


class Provider(NamedTuple):
    """Where a provider's API is, which protocol it speaks, and what the environment may say.

    Args:
        base_url: of the API.
        key_variable: may hold the key; empty where none is needed.
        protocol: "openai" is that of chat completions.
        address_variable: may hold another address.
        other_key_variable: may hold the key where the first does not.
    """

    base_url: str
    key_variable: str = ""
    protocol: Protocol = "openai"
    address_variable: str = ""
    other_key_variable: str = ""

    def key_in(self, environ: Mapping[str, str]) -> str | None:
        """Return the key that the environment holds."""
        return environ.get(self.key_variable) or environ.get(self.other_key_variable) or None


_OPENAI = Provider("https://api.openai.com/v1", "OPENAI_API_KEY", address_variable="OPENAI_BASE_URL")
_RESPONSES = _OPENAI._replace(protocol="responses")

PROVIDERS: dict[str, Provider] = {
    "openai": _OPENAI,
    "openai-responses": _RESPONSES,
    "responses": _RESPONSES,
    "azure": Provider("", "AZURE_OPENAI_API_KEY"),
    "anthropic": Provider(
        "https://api.anthropic.com", "ANTHROPIC_API_KEY", "anthropic", address_variable="ANTHROPIC_BASE_URL"
    ),
    "google": Provider(
        "https://generativelanguage.googleapis.com",
        "GEMINI_API_KEY",
        "google",
        "GOOGLE_GEMINI_BASE_URL",
        "GOOGLE_API_KEY",
    ),
    "gateway": Provider("", protocol="gateway"),
    "bedrock": Provider("", protocol="gateway"),
    "ollama": Provider("http://127.0.0.1:11434/v1"),
    "vllm": Provider("http://127.0.0.1:8000/v1"),
    "llamacpp": Provider("http://127.0.0.1:8080/v1"),
    "lmstudio": Provider("http://127.0.0.1:1234/v1"),
    "mistral": Provider("https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    "groq": Provider("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "together": Provider("https://api.together.xyz/v1", "TOGETHER_API_KEY"),
    "cohere": Provider("https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY"),
    "deepseek": Provider("https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
    "openrouter": Provider("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    "cerebras": Provider("https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
    "xai": Provider("https://api.x.ai/v1", "XAI_API_KEY"),
}
"""Known providers; where no protocol is said, through the OpenAI-compatible API that each documents."""


def provider_names() -> str:
    """Return the known providers, for people."""
    return ", ".join(PROVIDERS)


def base_url_of(provider: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return where a provider's API is: as the environment says, if it does."""
    known = PROVIDERS[provider]
    host = environ.get("OLLAMA_HOST") if provider == "ollama" else None
    return ollama_address(host) if host else environ.get(known.address_variable) or known.base_url


def ollama_address(host: str) -> str:
    """Return the API's address for an `OLLAMA_HOST`: it may lack scheme and port, or be the address to listen on."""
    scheme, found, rest = host.strip().rstrip("/").rpartition("://")
    name, _, port = rest.partition(":")
    name = "127.0.0.1" if name in {"", "0.0.0.0"} else name  # noqa: S104 - what a server listens on, not what to call
    default_port = {"http": "80", "https": "443"}.get(scheme, "11434")
    return f"{scheme if found else 'http'}://{name}:{port or default_port}/v1"
