"""OpenAI and every server that speaks its protocol: Azure, Ollama, vLLM, llama.cpp, LM Studio, gateways."""

from autogen.models.openai.client import OpenAIClient
from autogen.models.openai.connection import Endpoint
from autogen.models.openai.discovery import FirstServedModel
from autogen.models.openai.timeouts import Timeouts

__all__ = ["Endpoint", "FirstServedModel", "OpenAIClient", "Timeouts"]
