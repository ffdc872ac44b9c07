"""Providers: where each one's API is, and which variable of the environment holds its key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_SERVED = "*"
"""As a model's name: the first model that the server lists."""

DEFAULT_AZURE_API_VERSION = "2024-02-01"


class Provider(NamedTuple):
    """Where a provider's OpenAI-compatible API is, and the variable that holds its key (empty: needs none)."""

    base_url: str
    key_variable: str


PROVIDERS: dict[str, Provider] = {
    "openai": Provider("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "azure": Provider("", "AZURE_OPENAI_API_KEY"),
    "ollama": Provider("http://127.0.0.1:11434/v1", ""),
    "vllm": Provider("http://127.0.0.1:8000/v1", ""),
    "llamacpp": Provider("http://127.0.0.1:8080/v1", ""),
    "lmstudio": Provider("http://127.0.0.1:1234/v1", ""),
    "anthropic": Provider("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"),
    "google": Provider("https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"),
    "mistral": Provider("https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    "groq": Provider("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "together": Provider("https://api.together.xyz/v1", "TOGETHER_API_KEY"),
    "cohere": Provider("https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY"),
    "deepseek": Provider("https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
    "openrouter": Provider("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
}
"""Known providers; all but Azure are reached through the OpenAI-compatible API that each documents."""


def provider_names() -> str:
    """Return the known providers, for people."""
    return ", ".join(PROVIDERS)


def base_url_of(provider: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return where a provider's API is; for Ollama, `OLLAMA_HOST` has a say."""
    host = environ.get("OLLAMA_HOST") if provider == "ollama" else None
    return ollama_address(host) if host else PROVIDERS[provider].base_url


def ollama_address(host: str) -> str:
    """Return the API's address for an `OLLAMA_HOST`: it may lack scheme and port, or be the address to listen on."""
    scheme, found, rest = host.strip().rstrip("/").rpartition("://")
    name, _, port = rest.partition(":")
    name = "127.0.0.1" if name in {"", "0.0.0.0"} else name  # noqa: S104 - what a server listens on, not what to call
    default_port = {"http": "80", "https": "443"}.get(scheme, "11434")
    return f"{scheme if found else 'http'}://{name}:{port or default_port}/v1"
