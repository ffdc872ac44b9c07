"""Classic import path."""

from autogen.agents.specialists.multimodal import DEFAULT_SYSTEM_MESSAGE as DEFAULT_LMM_SYS_MSG
from autogen.agents.specialists.multimodal import MultimodalConversableAgent

__all__ = ["DEFAULT_LMM_SYS_MSG", "MultimodalConversableAgent"]
