"""What the lead of an orchestrator tells its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.teams.wording import roles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.core.agent import Agent

SYSTEM = "You lead a team. You plan the work on a task, say who does what, and look at what comes of it."

_TEAM = """The team, each with what they are good for:
{roles}

"""

_PLANNED = """Answer with one JSON object, and nothing else:
{"facts": ["what is known, and what is to be found out", "…"],
 "plan": ["a step, and who does it", "…"],
 "next_speaker": "the name of who does the first step",
 "instruction": "what they are to do"}"""

PLAN = f"{_TEAM}Read the task above. Say what is known about it and what is to be found out, and plan the work.\n{_PLANNED}"

REPLAN = f"{_TEAM}The work is stuck. Say what is known now, why the plan did not work, and plan anew, in another way.\n{_PLANNED}"

PROGRESS = f"""{_TEAM}Look at the task and at what was done since. Answer with one JSON object, and nothing else:
{{"is_done": true if the task is solved as a whole, otherwise false,
 "is_progressing": true if the last step brought the work on, false if it failed or only repeats what was there,
 "next_speaker": "the name of who acts now",
 "instruction": "what they are to do"}}"""

_ANSWER = "Give the final answer to the task, for whoever gave it: complete, and without a word about the team."

DONE = f"The task is solved. {_ANSWER}"
STUCK = f"The work is stuck for good. {_ANSWER} Say what could not be done."
OUT_OF_ROUNDS = f"There is no time left. {_ANSWER} Say what could not be done."


def filled(prompt: str, members: Sequence[Agent]) -> str:
    """Return a prompt with the members in it."""
    return prompt.replace("{roles}", roles_of(members))


def shown(facts: Sequence[str], plan: Sequence[str]) -> str:
    """Return facts and plan as the team reads them."""
    parts = [("Facts", [f"- {fact}" for fact in facts]), ("Plan", [f"{n}. {step}" for n, step in enumerate(plan, 1)])]
    return "\n\n".join("\n".join([f"{title}:", *lines]) for title, lines in parts if lines)
