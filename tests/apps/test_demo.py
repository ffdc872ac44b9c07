"""`autogen demo`, in real processes and a real terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.apps.command import AUTOGEN, autogen, environment, of_server, without_sandboxes
from tests.apps.demo_picture import PICTURE, PROMPT, as_svg, demo_lines, lines_of_svg
from tests.apps.terminal import CTRL_D, ENTER, Terminal, plain
from tests.servers.openai_server import OpenAIServer, reply, status

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
Company                  Start     Today  YTD gain
Candela Chips           946.80  1,351.08    +42.7%
Brookwire                88.15    115.65    +31.2%
"""


def demo_on_a_terminal(folder: Path) -> Terminal:
    return Terminal([AUTOGEN, "demo"], folder, environment(folder))


def test_without_a_terminal_the_demo_presses_enter_itself_and_repairs_a_real_error(tmp_path: Path):
    ended = autogen("demo", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    told = [
        "a recording, written by hand (tier T0)",
        "so Enter is assumed",
        f"{PROMPT}(Enter is assumed)\n",
        "exitcode: 1 (execution failed)",
        "ValueError: could not convert string to float: '1,218.50'",
        '.replace(",", "")',
        "exitcode: 0 (execution succeeded)",
        TABLE,
        "ended: user_proxy saw a termination message",
        f"Kept in {tmp_path / 'autogen-demo'}: prices.csv, ytd_gain.py, ytd_gain.svg",
    ]
    places = [ended.stdout.find(words) for words in told]
    assert -1 not in places
    assert places == sorted(places)
    chart = ET.parse(tmp_path / "autogen-demo" / "ytd_gain.svg").getroot()  # noqa: S314 - written by our own demo
    assert len(list(chart.iter("{http://www.w3.org/2000/svg}rect"))) == 11


def test_the_picture_in_the_readme_shows_what_a_terminal_shows(tmp_path: Path):
    drawn = lines_of_svg(PICTURE.read_text(encoding="utf-8"))
    now = lines_of_svg(as_svg(demo_lines(tmp_path)))
    assert without_tokens(drawn) == without_tokens(now), "the picture is old: .venv/bin/python scripts/draw-demo"


def without_tokens(lines: list[str]) -> list[str]:
    """Leave out how many tokens it took: that changes with every word that the agents are told."""
    return [re.sub(r"[\d,]+ tokens", "N tokens", line) for line in lines]


@pytest.mark.parametrize("moment", ["Two agents", "import", PROMPT])
def test_ctrl_c_stops_the_demo_at_once(moment: str, tmp_path: Path):
    with demo_on_a_terminal(tmp_path) as terminal:
        terminal.wait_for(moment)
        assert terminal.stops_at_once() == 130
        assert plain(terminal.raw).endswith("\nStopped.\n")
        assert "Traceback" not in terminal.raw


def test_the_end_of_input_ends_the_demo_in_plain_words(tmp_path: Path):
    with demo_on_a_terminal(tmp_path) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type(CTRL_D)
        assert terminal.ended() == 0
        assert "ended: user_proxy was asked, and nobody is there to answer (end of input)" in plain(terminal.raw)


def test_what_is_typed_into_the_recording_gets_an_honest_answer(tmp_path: Path):
    with demo_on_a_terminal(tmp_path) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("Use pandas, please.\n")
        terminal.wait_for("I am a recording, and cannot answer that.")
        terminal.wait_for(PROMPT)
        terminal.type(ENTER)
        terminal.wait_for("exitcode: 1")
        terminal.wait_for(PROMPT)
        terminal.type("exit\n")
        assert terminal.ended() == 0
        assert "ended: user_proxy's human typed 'exit'" in plain(terminal.raw)


def test_the_demo_leaves_other_data_alone(tmp_path: Path):
    own = tmp_path / "data" / "prices.csv"
    own.parent.mkdir()
    own.write_text("mine\n")
    ended = autogen("demo", "--work-dir", "data", folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "is there already, and is not the demo's. Name another folder" in ended.stderr
    assert own.read_text() == "mine\n"


def test_without_a_sandbox_the_demo_says_what_to_install_and_how_to_consent(tmp_path: Path):
    variables = without_sandboxes(tmp_path, tmp_path)
    refused = autogen("demo", folder=tmp_path, **variables)
    assert refused.returncode == 1
    assert "Code cannot be contained on this machine: bubblewrap is not installed; Landlock is not" in refused.stderr
    assert "install bubblewrap" in refused.stderr
    assert refused.stderr.endswith("On the command line, that consent is: autogen demo --accept-no-isolation\n")
    consented = autogen("demo", "--accept-no-isolation", folder=tmp_path, **variables)
    assert consented.returncode == 0
    assert "The code runs without isolation" in consented.stdout
    assert TABLE in consented.stdout


def test_with_a_model_in_the_environment_the_demo_is_live_and_tells_it_of_the_data(tmp_path: Path):
    program = "```python\nprint(len(open('prices.csv').readlines()), 'lines')\n```"
    with OpenAIServer(reply(program), reply("TERMINATE")) as server:
        ended = autogen("demo", folder=tmp_path, **of_server(server.url))
        recorded = autogen("demo", "--recorded", folder=tmp_path, **of_server(server.url))
        assert len(server.requests) == 2
    assert recorded.returncode == ended.returncode == 0
    assert "a recording, written by hand (tier T0)" in recorded.stdout
    assert "stub, live (tier T3)" in ended.stdout
    assert "145 lines" in ended.stdout
    task = server.requests[0].body["messages"][-1]["content"]
    assert task.startswith("Show me the YTD gain of 10 largest technology companies as of today.")
    for word in ("prices.csv", "date", "ticker", "company", "close", "market_cap_busd", "ytd_gain.svg"):
        assert word in task


def test_a_model_that_fails_is_told_with_the_way_around_it(tmp_path: Path):
    with OpenAIServer(status(401)) as server:
        ended = autogen("demo", folder=tmp_path, **of_server(server.url))
    assert ended.returncode == 1
    assert "(HTTP 401)" in ended.stderr
    assert ended.stderr.endswith("Without a model, it is: autogen demo --recorded\n")
