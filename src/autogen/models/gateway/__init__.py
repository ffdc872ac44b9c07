"""The long tail of providers: Bedrock, Vertex, xAI, Hugging Face and some forty more (extra `gateway`)."""

from autogen.models.gateway.client import GatewayModel

__all__ = ["GatewayModel"]
