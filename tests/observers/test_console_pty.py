"""The console and the human on a real terminal: spinner, prompts, keys, hanging up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.observers.ptys import ROOT, Program
from tests.observers.screens import lines

CHAT = """
    from autogen import AssistantAgent, ConversableAgent, UserProxyAgent
    from autogen.testing import FunctionModel, ScriptedModel

    def talker(name, *replies):
        return ConversableAgent(name, model=ScriptedModel(*replies), human_input_mode="NEVER")
"""
ASKING = f"""{CHAT}
    user = UserProxyAgent("user", code_execution_config=False)
    result = user.initiate_chat(talker("poet", "Rain.", "Sun."), message="A poem.")
    print(result.human_input, result.stop_reason.kind)
"""
PROMPT = [
    "Replying as user. Provide feedback to poet. Press enter to skip and use auto-rep",
    "ly, or type 'exit' to end the conversation:",
]


def test_a_whole_conversation_with_a_human_at_the_keys(tmp_path: Path):
    program = Program(ASKING, tmp_path)
    program.wait_for(PROMPT[1])
    program.type("Shorter.\n")
    program.wait_for(PROMPT[1], times=2)
    program.type("exit\n")
    assert program.end() == 0
    assert program.rows() == lines(f"""
        user (to poet):

        A poem.

        ---
        poet (to user):

        Rain.

        ---
        {PROMPT[0]}
        {PROMPT[1]} Shorter.
        user (to poet):

        Shorter.

        ---
        poet (to user):

        Sun.

        ---
        {PROMPT[0]}
        {PROMPT[1]} exit
        4 turns, 2 model calls, 26 tokens, $0.00, N s
        ended: user's human typed 'exit'
        ['Shorter.', 'exit'] exit
    """)


def test_the_end_of_input_ends_the_chat(tmp_path: Path):
    program = Program(ASKING, tmp_path)
    program.wait_for(PROMPT[1])
    program.type("\x04")
    assert program.end() == 0
    assert program.rows()[-4:] == [
        PROMPT[1],
        "2 turns, 1 model call, 12 tokens, $0.00, N s",
        "ended: user was asked, and nobody is there to answer (end of input)",
        "[] no_human",
    ]


def test_ctrl_c_at_the_prompt_interrupts_the_program(tmp_path: Path):
    program = Program(ASKING, tmp_path)
    program.wait_for(PROMPT[1])
    program.type("\x03")
    assert program.end() in {1, 130, -2}
    assert program.rows()[-1].startswith("KeyboardInterrupt")
    assert "\x1b[?25l" not in program.written.decode()


def test_a_spinner_tells_who_is_waited_for_and_goes_away(tmp_path: Path):
    os.mkfifo(tmp_path / "go")
    program = Program(
        f"""{CHAT}
    import asyncio, pathlib

    async def slow(request):
        await asyncio.to_thread(pathlib.Path("go").read_text)
        return "At last."

    bob = ConversableAgent("bob", model=FunctionModel(slow, "thinker"), human_input_mode="NEVER")
    talker("ann").initiate_chat(bob, message="Hello?", max_turns=1)
    """,
        tmp_path,
    )
    program.wait_for("bob: thinker  N s")
    waiting = program.rows()[-1]
    (tmp_path / "go").write_text("now")
    assert program.end() == 0
    assert waiting.removeprefix(waiting[0]) == " bob: thinker  N s"
    assert program.rows() == lines("""
        ann (to bob):

        Hello?

        ---
        bob (to ann):

        At last.

        ---
        2 turns, 1 model call, 12 tokens, $0.00, N s; ended: max_turns=1 is reached
    """)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_plain_terminals_get_no_escape_sequence(tmp_path: Path, name: str, value: str):
    program = Program(
        f"{CHAT}\n    talker('a').initiate_chat(talker('b', 'x'), message='y', max_turns=1)",
        tmp_path,
        settings={name: value},
    )
    assert program.end() == 0
    assert b"\x1b" not in program.written
    assert b"-" * 80 in program.written


def test_a_chat_outlives_its_terminal(tmp_path: Path):
    os.mkfifo(tmp_path / "go")
    program = Program(
        f"""{CHAT}
    import asyncio, pathlib

    async def slow(request):
        await asyncio.to_thread(pathlib.Path("go").read_text)
        return "x" * 100_000

    bob = ConversableAgent("bob", model=FunctionModel(slow), human_input_mode="NEVER")
    result = talker("ann").initiate_chat(bob, message="Hello?", max_turns=1)
    pathlib.Path("result").write_text(str(len(result.summary)))
    """,
        tmp_path,
        controls=False,
    )
    program.wait_for("Hello?")
    program.hang_up()
    (tmp_path / "go").write_text("now")
    assert program.process.wait(30) == 0
    assert (tmp_path / "result").read_text() == "100000"


def test_a_chat_outlives_the_reader_of_its_pipe(tmp_path: Path):
    os.mkfifo(tmp_path / "go")
    source = """
import pathlib
from autogen import ConversableAgent
from autogen.testing import FunctionModel
def answer(request):
    pathlib.Path("go").read_text()
    return "x" * 1_000_000
bob = ConversableAgent("bob", model=FunctionModel(answer), human_input_mode="NEVER")
ann = ConversableAgent("ann", human_input_mode="NEVER")
result = ann.initiate_chat(bob, message="Hello?", max_turns=1)
pathlib.Path("result").write_text(str(len(result.summary)))
"""
    with subprocess.Popen(
        [sys.executable, "-c", source],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        (tmp_path / "go").write_text("now")
        errors = process.stderr.read()
        assert process.wait(30) == 0
    assert (first, errors) == (b"ann (to bob):\n", b"")
    assert (tmp_path / "result").read_text() == "1000000"


@pytest.mark.parametrize("how", ["empty", "closed"])
def test_no_standard_input_is_nobody_there(tmp_path: Path, how: str):
    close = "import os, sys; sys.stdin.close()\n" if how == "closed" else ""
    source = f"""{close}
from autogen import ConversableAgent
from autogen.testing import ScriptedModel
bob = ConversableAgent("bob", model=ScriptedModel("Hi."), human_input_mode="NEVER")
result = ConversableAgent("user", human_input_mode="ALWAYS").initiate_chat(bob, message="Hello?")
print(result.stop_reason.kind, result.human_input)
"""
    ended = subprocess.run(
        [sys.executable, "-c", source],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[-1] == "no_human []"
