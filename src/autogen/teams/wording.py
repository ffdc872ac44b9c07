"""What a group says by itself: to a model that chooses the speaker, and to its members at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.core.agent import Agent

SELECT_SPEAKER_MESSAGE = """You moderate a conversation of several roles. These take part:
{roles}.

Read what follows, and decide which role of {agentlist} is to speak next. Answer with the name of that role, and nothing else."""

SELECT_SPEAKER_PROMPT = (
    "Read the conversation above. Which role of {agentlist} is to speak next? Answer with its name only."
)

SEVERAL_NAMES = """You named more than one role, and only one can speak next. Decide on it by these rules:
1. If the last speaker named itself as the next one, or asks another role to act, take that role.
2. Otherwise take the first role that the next step calls for.
Answer with the name of one role of {agentlist}, spelt just so, and nothing else: no reason, no quotes."""

NO_NAME = """You named none of the roles. Decide which of them speaks next by these rules:
1. If the last speaker asks a role to act, take that role.
2. Otherwise take the role that the next step calls for.
Answer with the name of one role of {agentlist}, spelt just so, and nothing else: no reason, no quotes."""

INTRODUCTION = "Hello everyone. We are working together on a task, and these are the people here:"


def roles_of(agents: Sequence[Agent]) -> str:
    """Return a line for each agent: its name, and what it is good for."""
    return "\n".join(f"{agent.name}: {agent.description or ''}".strip() for agent in agents)


def filled(template: str, agents: Sequence[Agent]) -> str:
    """Return a template with `{roles}` and `{agentlist}` filled in; other braces stay as they are."""
    names = f"{[agent.name for agent in agents]}"
    return template.replace("{roles}", roles_of(agents)).replace("{agentlist}", names)
