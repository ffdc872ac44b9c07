"""Each example runs without a key, says what it is for, and prints what it promises."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.openai_server import OpenAIServer, reply

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9][0-9]_*.py"))
_TIME_LIMIT_S = 60
_MOST_LINES = 60

PRINTS = {
    "01_four_lines": "The sum is 233168.",
    "02_two_agents": "(seller saw a termination message; 4 model calls)",
    "03_human_in_the_loop": "The slogan: Fresh at six.\nWhy it ended: editor's human typed 'exit'",
    "04_reply_function": (
        "When are you open on Saturday? visitor, we are open from 10 to 14. (clerk) (0 model calls)\n"
        "May I bring my dog? Ask at the desk. (1 model calls)"
    ),
    "05_nested_chat_in_a_reply": "The sea was calm.\n2 messages in the outer chat, 3 model calls with the inner one",
    "06_streaming_events": "result: Rain is water that fell.",
    "07_limits_and_stop_reasons": "terminated       2 messages: a saw a termination message",
    "08_your_own_model_client": (
        "How long have you been tired? (9 tokens of doctor)\nHOW LONG HAVE YOU BEEN TIRED? (9 tokens of loud doctor)"
    ),
    "09_testing_with_scripted_models": "3 tests passed",
    "10_asgi_streaming": "20 of 20 clients got the events of their own chat; the first: done: task 0",
    "11_tools": (
        '(may grocer order {"fruit":"pears","number":500}?)\n(may grocer order {"fruit":"pears","number":10}?)\n'
        "Done: ordered 10 pears. O pear!"
    ),
    "12_handoffs": "repairs: A new bell is on its way.\n(customer's human typed 'exit'; 5 model calls)",
    "13_graph_of_agents": "printer: 'Printed: Bread. Fresh at six.'\n(printer is an end of the graph.)",
    "14_debate_and_review": (
        "debate: Ben counts better. Answer: 15 (6 model calls)\n"
        "reflection: def area(a, b): return a * b (4 model calls)\n"
        "mixture: It is Paris. (5 model calls)"
    ),
    "15_orchestrator": "orchestrator_lead: The tower is 96 m high.\n(9 model calls)",
    "16_invoices": (
        "Invoice(sender='Lee', euros=1200)\nThis letter gives orders; nobody follows them.\n"
        "Invoice(sender='Max', euros=80)\nmodel_calls=3 is reached (3)\n3 model calls"
    ),
    "17_workers": ("Ann is answered.\nBob is answered.\nEve is answered.\n6 mails, 6 different; exit codes [-9, 0]"),
    "18_data_analysis": "(the model sees a chart of 160 x 100; its red bar is number 2)\n(4, 205)",
}


def names(examples: list[Path]) -> list[str]:
    return [example.stem for example in examples]


def run(example: Path, folder: Path, *arguments: str, typed: str = "", **settings: str) -> str:
    """Run an example with these settings alone, and return what it prints."""
    without = ("OPENAI", "AZURE", "OAI_", "OLLAMA", "AUTOGEN")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(without)}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "PYTHONWARNINGS": "error", **settings}
    ended = subprocess.run(
        [sys.executable, str(example), *arguments],
        cwd=folder,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=_TIME_LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=names(EXAMPLES))
def test_an_example_runs_without_a_key(example: Path, tmp_path: Path):
    assert PRINTS[example.stem] in run(example, tmp_path)


LIVE = {
    "01_four_lines": ("\nGOODBYE from the server. TERMINATE\n", "; ended: user_proxy's human typed 'exit'"),
    "02_two_agents": ("seller: GOODBYE from the server. TERMINATE\n", "1 model calls)"),
    "03_human_in_the_loop": ("The human said: ['More.', 'exit']", "The slogan: GOODBYE from the server. TERMINATE"),
    "04_reply_function": ("we are open from 10 to 14", "May I bring my dog? GOODBYE from the server."),
    "05_nested_chat_in_a_reply": ("GOODBYE from the server.", "3 model calls with the inner one"),
    "06_streaming_events": ("[GOODBYE", "result: GOODBYE from the server."),
    "10_asgi_streaming": ("20 of 20 clients", "the first: GOODBYE from the server. TERMINATE"),
    "11_tools": ("GOODBYE from the server.",),
}
TYPED = {"01_four_lines": "exit\n", "03_human_in_the_loop": "More.\nexit\n"}


@pytest.mark.parametrize("example", [example for example in EXAMPLES if example.stem in LIVE], ids=sorted(LIVE))
def test_an_example_asks_the_model_of_the_environment_when_live(example: Path, tmp_path: Path):
    with OpenAIServer(reply("GOODBYE from the server. TERMINATE")) as server:
        settings = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k", "OPENAI_MODEL": "stub"}
        printed = run(example, tmp_path, "--live", typed=TYPED.get(example.stem, ""), **settings)
    assert [words for words in LIVE[example.stem] if words not in printed] == []
    assert {request.body["model"] for request in server.requests} == {"stub"}


def test_the_examples_that_can_be_live_say_so():
    assert [example.stem for example in EXAMPLES if "`--live`" in example.read_text(encoding="utf-8")] == sorted(LIVE)


@pytest.mark.parametrize("example", EXAMPLES, ids=names(EXAMPLES))
def test_an_example_is_short_and_states_its_tier(example: Path):
    text = example.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= _MOST_LINES
    assert re.search(r"^Tier T[01]\b", ast.get_docstring(ast.parse(text)) or "", re.MULTILINE)


def test_the_examples_are_numbered_without_a_gap():
    assert names(EXAMPLES) == sorted(PRINTS)
    assert [int(example.stem[:2]) for example in EXAMPLES] == list(range(1, len(EXAMPLES) + 1))
