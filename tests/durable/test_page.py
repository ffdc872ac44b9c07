"""A run as one page: a browser shows it, asks for nothing, runs nothing that was said, and is steered by keys."""

from __future__ import annotations

import base64
import os
import shutil
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from autogen import AssistantAgent, GroupChat, GroupChatManager, UserProxyAgent, run_settings, tool
from autogen.apps.records.page.drawings import timeline_drawing, ways_drawing
from autogen.apps.records.page.story import story_of
from autogen.apps.records.page.whole import page_of
from autogen.events import Event, MessageSent, StepEnded, StepStarted
from autogen.messages import text_of
from autogen.models.client import ModelReply
from autogen.testing import FunctionModel, RecordingObserver, calls
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = "</title></style><script>window.hit = 1</script><img src=x onerror='window.hit = 1'>\u202e\x1b[2J\ud800"
DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC"
CODE = f"""Some **code**, ![a picture](http://192.0.2.1/x.png) and [a link](javascript:window.hit=1):

```python
def double(n):
    return 2 * n  # </script>
```

| a | b |
|---|---|
| 1 | 2 |

{HOSTILE}
"""


def events_of_a_group() -> list[Event]:
    """Hold a chat with a group in which each agent has hostile words; one asks another as a tool, one fails."""

    @tool
    def look_up(word: str) -> str:
        """Look something up."""
        raise ValueError(HOSTILE)

    def reply(request: Any) -> Any:
        if request.messages[-1].get("role") == "tool":
            return paid("I could not.")
        return calls("look_up", word=HOSTILE) if "look" in text_of(request.messages[-1]) else paid(CODE)

    def paid(words: str) -> ModelReply:
        return ModelReply({"role": "assistant", "content": words}, "m", Usage(1_000, 50, cost_usd=0.0123))

    expert = AssistantAgent("expert", tools=[look_up], model=FunctionModel(reply))
    other = AssistantAgent("b" + HOSTILE.replace("\ud800", ""), model=FunctionModel(lambda _: paid("Please look.")))
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    group = GroupChat([expert, other], max_round=6, speaker_selection_method="round_robin")
    opening: Any = {"content": [{"type": "text", "text": HOSTILE}, {"type": "image_url", "image_url": {"url": DOT}}]}
    seen = RecordingObserver()
    with run_settings(observers=[seen]):
        user.initiate_chat(GroupChatManager(group), message=opening)
    return seen.events


def test_a_story_counts_what_each_agent_said_used_and_took():
    story = story_of(events_of_a_group())
    names = list(story.agents)
    expert, other = story.agents["expert"], story.agents[names[2]]
    assert names[:2] == ["user", "expert"]
    assert (expert.messages, expert.calls, expert.unknown_cost) == (3, 2, 0)
    assert (other.messages, other.input_tokens, round(other.cost_usd, 4)) == (2, 2_000, 0.0246)
    assert [said.number for said in story.said] == [1, 2, 3, 4, 5, 6]
    assert [len(said.calls) for said in story.said] == [0, 1, 1, 1, 0, 1]
    assert story.ways == {
        ("user", "expert"): 1,
        ("expert", names[2]): 2,
        (names[2], "expert"): 1,
        ("expert", "expert"): 1,
    }
    drawing = ways_drawing(story)
    assert drawing.count('class="way"') == 4
    assert "<script" not in drawing


def test_long_waiting_is_drawn_short_and_named():
    def step(number: int, kind: Any, begin: float, end: float) -> list[Event]:
        started = StepStarted("ann", "r", number, 1, begin, kind, "x", {"prompt": "?"})
        return [started, StepEnded("ann", "r", number, 1, end, kind, "x", "words", duration_s=end - begin)]

    day = 86_400.0
    story = story_of(
        [*step(1, "model", 0, 2), *step(2, "human", 2, 2 + 3 * day), *step(3, "model", 2 + 3 * day, 4 + 3 * day)]
    )
    drawing = timeline_drawing(story)
    assert ">3 days</text>" in drawing
    widths = [float(part.split('"')[0]) for part in drawing.split(' width="')[1:]]
    assert max(widths) < 500


@pytest.mark.parametrize("change", ["", "edited", "linked", "gone"])
def test_a_picture_that_code_left_is_shown_if_it_is_still_what_it_was(tmp_path: Path, change: str):
    picture = tmp_path / "chart.png"
    content = base64.b64decode(DOT.partition(",")[2])
    picture.write_bytes(content)
    listed = {"name": "chart.png", "media_type": "image/png", "size_bytes": 1, "sha256": sha256(content).hexdigest()}
    output = {"exit_code": 0, "output": "", "artefacts": [listed]}
    started = StepStarted("user", "r", 2, 1, 0.0, "code", "x", {"blocks": [{"language": "python", "code": "draw()"}]})
    ended = StepEnded("user", "r", 2, 1, 1.0, "code", "x", output, details={"paths": [str(picture)]})
    if change == "edited":
        picture.write_bytes(content + b" ")
    elif change == "linked":
        picture.rename(tmp_path / "elsewhere.png")
        picture.symlink_to(tmp_path / "elsewhere.png")
    elif change == "gone":
        picture.unlink()
    page = page_of("drawn", [started, ended])
    assert (f'src="{DOT}"' in page) is (change == "")
    assert "Wrote chart.png" in page


def test_a_page_of_nothing_says_so():
    assert "is not over" in page_of("empty", [])


def test_a_page_of_some_hundred_messages_is_made_quickly():
    events: list[Event] = [
        MessageSent("ann" if n % 2 else "ben", "r", 0, 1, float(n), "ben" if n % 2 else "ann", {"content": CODE})
        for n in range(300)
    ]
    began = time.process_time()
    page = page_of("long", events)
    assert page.count("<article") == 300
    assert time.process_time() - began < 3


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; skipped where it is not, unless everything must run."""
    chromium = shutil.which("chromium")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip(
            "THERE IS NO chromium HERE: THE PAGE OF A RUN IS UNTESTED IN A BROWSER (scripts/install-system-packages)"
        )
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = play.chromium.launch(executable_path=chromium, headless=True, args=flags)
        yield launched
        launched.close()


class Shown:
    """A page of a hostile run in a browser; whatever it asks for or complains of is noted."""

    def __init__(self, browser: Any, folder: Path, *, width: int = 1280, scheme: str = "light") -> None:
        file = folder / "run.html"
        file.write_text(page_of("job <script>window.hit = 1</script>", events_of_a_group()), encoding="utf-8")
        self.page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())

    def tell(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_it_all_and_asks_for_nothing(browser: Any, tmp_path: Path, width: int):
    shown = Shown(browser, tmp_path, width=width)
    assert shown.page.locator("article").count() == 6
    assert shown.page.locator("pre.code .k").first.inner_text() == "def"
    assert shown.page.locator(".prose td").first.inner_text() == "1"
    assert shown.tell("document.querySelector('figure img').naturalWidth") == 10
    assert shown.tell("document.documentElement.scrollWidth") == width
    shown.page.get_by_text("a link").first.click()
    assert [address for address in shown.asked if not address.startswith(("file:", "data:"))] == []
    assert (shown.complaints, shown.tell("window.hit")) == ([], None)
    assert shown.tell("document.scripts.length") == 1
    shown.page.close()


def test_keys_lead_from_message_to_message_and_find_words(browser: Any, tmp_path: Path):
    shown = Shown(browser, tmp_path)
    press = shown.page.keyboard.press
    press("j")
    press("j")
    press("k")
    assert shown.tell("document.activeElement.id") == "m1"
    press("/")
    shown.page.keyboard.type("asks for")
    assert shown.tell("Array.from(document.querySelectorAll('article:not([hidden])'), each => each.id)") == ["m4"]
    assert shown.page.locator("#found").inner_text() == "1 of 6 messages"
    press("Escape")
    assert shown.page.locator("article:visible").count() == 6
    shown.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_or_dark_as_the_reader_likes(browser: Any, tmp_path: Path, scheme: str):
    shown = Shown(browser, tmp_path, scheme=scheme)
    brightness = "parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
    is_light = [shown.tell(brightness) > 128]
    shown.page.keyboard.press("t")
    is_light.append(shown.tell(brightness) > 128)
    shown.page.locator("#theme").click()
    is_light.append(shown.tell(brightness) > 128)
    assert is_light == [scheme == "light", scheme == "dark", scheme == "light"]
    shown.page.close()
