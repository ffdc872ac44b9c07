"""The user proxy for mathematics: what it tells the assistant, how it runs programs, and when it is content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent
from autogen.agentchat.contrib.math_user_proxy_agent import PROMPTS, MathUserProxyAgent
from autogen.testing import ScriptedModel, drive

if TYPE_CHECKING:
    from pathlib import Path


def proxy(work_dir: Path, **options: Any) -> MathUserProxyAgent:
    return MathUserProxyAgent(code_execution_config={"work_dir": str(work_dir)}, **options)


def python(code: str) -> str:
    return f"```python\n{code}\n```"


@pytest.mark.parametrize("api", ["sync", "async"])
def test_a_problem_is_solved_in_steps_that_know_what_came_before(api: str, tmp_path: Path) -> None:
    replies = [
        python("from fractions import Fraction\nx = Fraction(1, 3)"),
        python("x + x"),
        r"It is \boxed{\frac{2}{3}}.",
    ]
    assistant = AssistantAgent("assistant", model=ScriptedModel(*replies))
    user = proxy(tmp_path)
    result = drive(
        api, user.initiate_chat, assistant, message=user.message_generator, problem="A third, twice?", silent=True
    )
    assert [message.get("content") for message in result.chat_history] == [
        PROMPTS["default"] + "A third, twice?",
        replies[0],
        "No output found. Make sure you print the results.",
        replies[1],
        "2/3",
        replies[2],
    ]


@pytest.mark.parametrize("kind", ["default", "python", "two_tools"])
def test_the_first_message_is_a_prompt_and_the_problem(kind: str, tmp_path: Path) -> None:
    user = proxy(tmp_path)
    asked = {"problem": "1 + 1?", "prompt_type": kind}
    message = user.message_generator(user, user, asked)
    assert message.endswith("1 + 1?")
    assert "\\boxed{}" in message
    assert user.message_generator(user, user, {"problem": "1 + 1?", "customized_prompt": "Say: "}) == "Say: 1 + 1?"


@pytest.mark.parametrize(
    ("code", "output", "works"),
    [
        ("print(1 + 1)", "2\n", True),
        ("1 + 1", "2\n", True),
        ("x = 1; x + 1", "2\n", True),
        ("x = 1", "No output found. Make sure you print the results.", False),
        ("if False:\n    print(1)", "No output found.", True),
        (
            "print('x' * 3000)",
            "The output is too long. There may be a mistake: please look at the program again.",
            False,
        ),
    ],
)
def test_a_program_is_run_and_its_last_line_printed(tmp_path: Path, code: str, output: str, works: bool) -> None:
    said, has_worked = proxy(tmp_path).execute_one_python_code(code)
    assert (said.strip(), has_worked) == (output.strip(), works)


def test_a_program_that_fails_leaves_its_imports_and_nothing_else(tmp_path: Path) -> None:
    user = proxy(tmp_path)
    output, works = user.execute_one_python_code("import math\ny = 5\nprint(missing)")
    assert (works, "NameError" in output, "File" in output) == (False, True, False)
    assert user.execute_one_python_code("print(math.gcd(4, 6))") == ("2\n", True)
    assert user.execute_one_python_code("print(y)")[1] is False
    assert user.execute_one_python_code("1 +")[1] is False


def test_a_message_without_code_is_asked_to_go_on(tmp_path: Path) -> None:
    user = proxy(tmp_path)
    reply = user.generate_reply([{"role": "user", "content": "Let me think."}])
    assert reply == MathUserProxyAgent.DEFAULT_REPLY


def test_other_tools_than_python_are_told_apart(tmp_path: Path) -> None:
    user = proxy(tmp_path)
    asked = "```wolfram\n1+1\n```\n```sh\nls\n```"
    reply = user.generate_reply([{"role": "user", "content": asked}])
    assert reply == "Error: Wolfram Alpha is not available. Please use Python.\nError: Unknown language."
    again = user.generate_reply([{"role": "user", "content": asked}])
    assert str(again).endswith("This is the same result as before. Please try another way.")


def test_after_many_failures_the_assistant_is_asked_to_think_anew(tmp_path: Path) -> None:
    user = proxy(tmp_path, max_invalid_q_per_step=1)
    replies = [user.generate_reply([{"role": "user", "content": python(f"print(a{n})")}]) for n in range(2)]
    assert ["NameError" in str(replies[0]), str(replies[1]).startswith("Please look at the problem")] == [True, True]


def test_an_agent_that_runs_no_code_says_so() -> None:
    user = MathUserProxyAgent(code_execution_config=False)
    assert user.execute_one_python_code("1") == ("Error: this agent runs no code (code_execution_config=False)", False)


@pytest.mark.parametrize(
    ("content", "ends"),
    [
        (r"So \boxed{4}.", True),
        (r"So \boxed{\frac{1}{2}}.", True),
        (r"So \boxed{}.", False),
        (r"So \boxed{4", False),
        ("So 4.", False),
        (None, False),
        (r"\boxed{4}" + "\n```python\nprint(4)\n```", False),
    ],
)
def test_an_answer_in_a_box_ends_the_chat(tmp_path: Path, content: Any, ends: bool) -> None:
    assert proxy(tmp_path).is_termination({"content": content}) is ends
