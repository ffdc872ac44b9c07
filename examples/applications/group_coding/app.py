"""The group: four members, and a manager whose model decides who speaks next."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from autogen import AssistantAgent, Team, UserProxyAgent
from autogen.chats.termination import MaxTurns, NoProgress, Says
from autogen.coding import LocalCommandLineCodeExecutor
from autogen.testing import FunctionModel
from examples.applications.group_coding.roles import play_coder, play_critic, play_manager, play_planner

if TYPE_CHECKING:
    from autogen.models.client import ModelClient

SALES = Path(__file__).with_name("sales.csv")
TIME_LIMIT_S = 20
MOST_MESSAGES = 30
TASK = """In sales.csv are the cups that three cafes sold in June 2026: date, cafe, drink, cups, price in dollars.
Which cafe took in most, and which is the best weekday of each? Draw the takings of the cafes into takings.svg.
The file was typed by hand."""

_PLANNER = """You plan. At the start, say in at most four steps what is to be done; write no code.
When the critic has approved the result, answer the task in a few sentences, and end with TERMINATE."""
_CODER = """You write one complete Python program in one fenced block, with the standard library only, which reads
sales.csv in the working directory and prints what it finds. When it fails or is criticised, send all of it again, mended."""
_CRITIC = """You look at the last program and at what it printed, and write no code. Say in one sentence what is wrong, for
the coder to mend; look at the data as well as at the program. If nothing is wrong, answer with APPROVED alone."""


def make_team(work_dir: Path, *, live: bool = False) -> Team:
    """Return the group, with the data in its work dir.

    Args:
        work_dir: where the programs run and leave their files; it exists.
        live: ask the model of the environment (T3); otherwise rules play the models (T1).
    """
    shutil.copy(SALES, work_dir)

    def model(rules: FunctionModel) -> ModelClient | None:
        return None if live else rules

    planner = AssistantAgent(
        "planner", _PLANNER, model=model(FunctionModel(play_planner)), description="Plans, and gives the final answer."
    )
    coder = AssistantAgent(
        "coder", _CODER, model=model(FunctionModel(play_coder)), description="Writes and mends programs."
    )
    critic = AssistantAgent(
        "critic", _CRITIC, model=model(FunctionModel(play_critic)), description="Judges a program that has run."
    )
    executor = UserProxyAgent(
        "executor",
        human_input_mode="NEVER",
        code_execution_config={"executor": LocalCommandLineCodeExecutor(TIME_LIMIT_S, work_dir=work_dir)},
        default_auto_reply="There is no program to run.",
        description="Runs the program that the coder has just sent.",
    )
    return Team(
        [planner, coder, executor, critic],
        stop=Says("TERMINATE") | MaxTurns(MOST_MESSAGES) | NoProgress(),
        model=model(FunctionModel(play_manager)),
        llm_config={} if live else None,
    )
