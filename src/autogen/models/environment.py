"""The environment: which model is meant where none is configured.

Where no model is configured, the first of these decides, at the first model call:

1. `AUTOGEN_MODEL`: "provider:model", as in "openai:gpt-6-luna" or "ollama:qwen3".
2. `OAI_CONFIG_LIST`: JSON, or the path of a JSON file; or a file of that name in the working directory.
3. `OPENAI_BASE_URL`: any server that speaks OpenAI's protocol; the model is `OPENAI_MODEL`, or the first that it lists.
4. `AZURE_OPENAI_API_KEY`, `AZURE_OPENAI_ENDPOINT` and `AZURE_OPENAI_DEPLOYMENT`.
5. `OPENAI_API_KEY`; the model is `OPENAI_MODEL`, or `DEFAULT_MODEL`.
6. `OLLAMA_HOST`; the model is `OLLAMA_MODEL`, or the first that it lists.
7. `ANTHROPIC_API_KEY`; the model is `ANTHROPIC_MODEL`, or `DEFAULT_ANTHROPIC_MODEL`.
8. `GEMINI_API_KEY` or `GOOGLE_API_KEY`; the model is `GEMINI_MODEL`, or `DEFAULT_GOOGLE_MODEL`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from autogen.errors import NoModel
from autogen.models.config import check_llm_config, config_list_from_json, entry_of_name
from autogen.models.providers import FIRST_SERVED, PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_MODEL = "gpt-6-luna"
"""OpenAI's cheapest current general model: 0.10/0.50 US dollars per million tokens (genai-prices 0.2.3, 2026-11)."""

DEFAULT_ANTHROPIC_MODEL = "claude-haiku-5-5"
"""Anthropic's cheapest current model: 0.50/2.50 US dollars per million tokens (genai-prices 0.2.3, 2026-11)."""

DEFAULT_GOOGLE_MODEL = "gemini-3.5-flash-lite"
"""Google's newest cheap model: 0.30/2.50 US dollars per million tokens (genai-prices 0.2.3, 2026-11)."""

CONFIG_FILE = "OAI_CONFIG_LIST"


_NOTHING_SET = (
    "No model is configured. For a hosted one set OPENAI_API_KEY (or AUTOGEN_MODEL=provider:model and its key);\n"
    "for a local server set OPENAI_BASE_URL=http://localhost:11434/v1; in code, llm_config={'model': …}.\n"
    "Without any model: run 'autogen demo', or give the agent model=autogen.testing.ScriptedModel('Hello.')."
)


def config_from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the configuration that the environment asks for, in the order above.

    Raises:
        NoModel: nothing there; says what to set.
        ValueError: what is there cannot be used.
    """
    for source in (_named, _listed, _by_address, _azure, _openai, _ollama, _anthropic, _google):
        found = source(environ)
        if isinstance(found, str):
            return entry_of_name(found)
        if found is not None:
            return check_llm_config(found) or {}
    raise NoModel(_NOTHING_SET)


def _named(environ: Mapping[str, str]) -> str | None:
    return environ.get("AUTOGEN_MODEL") or None


def _listed(environ: Mapping[str, str]) -> dict[str, Any] | None:
    if not environ.get(CONFIG_FILE) and not os.path.isfile(CONFIG_FILE):  # noqa: PTH113 - pathlib is slow to import
        return None
    return {"config_list": config_list_from_json(CONFIG_FILE, environ=environ)}


def _by_address(environ: Mapping[str, str]) -> dict[str, Any] | None:
    address = environ.get("OPENAI_BASE_URL")
    if not address:
        return None
    default = DEFAULT_MODEL if address.startswith("https://api.openai.com") else FIRST_SERVED
    return {"base_url": address, "model": environ.get("OPENAI_MODEL") or default}


def _azure(environ: Mapping[str, str]) -> dict[str, Any] | None:
    deployment = environ.get("AZURE_OPENAI_DEPLOYMENT")
    if deployment and environ.get("AZURE_OPENAI_API_KEY") and environ.get("AZURE_OPENAI_ENDPOINT"):
        return {"api_type": "azure", "model": deployment, "azure_deployment": deployment}
    return None


def _openai(environ: Mapping[str, str]) -> dict[str, Any] | None:
    return {"model": environ.get("OPENAI_MODEL") or DEFAULT_MODEL} if environ.get("OPENAI_API_KEY") else None


def _ollama(environ: Mapping[str, str]) -> dict[str, Any] | None:
    if not environ.get("OLLAMA_HOST"):
        return None
    return {"api_type": "ollama", "model": environ.get("OLLAMA_MODEL") or FIRST_SERVED}


def _anthropic(environ: Mapping[str, str]) -> dict[str, Any] | None:
    if not environ.get("ANTHROPIC_API_KEY"):
        return None
    return {"api_type": "anthropic", "model": environ.get("ANTHROPIC_MODEL") or DEFAULT_ANTHROPIC_MODEL}


def _google(environ: Mapping[str, str]) -> dict[str, Any] | None:
    if PROVIDERS["google"].key_in(environ) is None:
        return None
    return {"api_type": "google", "model": environ.get("GEMINI_MODEL") or DEFAULT_GOOGLE_MODEL}
