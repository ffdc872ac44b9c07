"""Pictures in messages: found in a text, loaded from where they are, shown to a model."""

from __future__ import annotations

import base64
import functools
import http.server
import threading
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from autogen import ConversableAgent
from autogen.agentchat.contrib.img_utils import (
    convert_base64_to_data_uri,
    extract_img_paths,
    get_image_data,
    get_pil_image,
    gpt4v_formatter,
    llava_formatter,
    message_formatter_pil_to_b64,
    pil_to_data_uri,
)
from autogen.agentchat.contrib.multimodal_conversable_agent import MultimodalConversableAgent
from autogen.testing import ScriptedModel, drive

if TYPE_CHECKING:
    from collections.abc import Iterator

RED = Image.new("RGB", (2, 2), (255, 0, 0))


def written(kind: str) -> bytes:
    data = BytesIO()
    RED.save(data, format=kind)
    return data.getvalue()


PNG = base64.b64encode(written("PNG")).decode()
ADDRESS = f"data:image/png;base64,{PNG}"


@pytest.fixture
def red_png(tmp_path: Path) -> str:
    path = tmp_path / "red.png"
    path.write_bytes(written("PNG"))
    return str(path)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def is_red(image: Image.Image) -> bool:
    return image.mode == "RGB" and image.getpixel((0, 0)) == (255, 0, 0)


def test_a_picture_is_loaded_from_wherever_it_is(red_png: str, site: str) -> None:
    for place in (red_png, f"'{red_png}'", f'"{red_png}"', f"{site}/red.png", ADDRESS, PNG):
        assert is_red(get_pil_image(place)), place
    assert get_pil_image(RED) is RED


def test_what_is_no_picture_is_refused(tmp_path: Path, site: str) -> None:
    (tmp_path / "no.png").write_text("no")
    for place in (
        str(tmp_path / "no.png"),
        str(tmp_path / "missing.png"),
        f"{site}/missing.png",
        "data:image/png;base64,aaaa",
    ):
        with pytest.raises(OSError, match=r"."):
            get_pil_image(place)


def test_a_picture_becomes_png_and_an_address() -> None:
    assert get_image_data(RED, use_b64=False) == written("PNG")
    assert get_image_data(ADDRESS) == PNG
    assert pil_to_data_uri(RED) == ADDRESS


@pytest.mark.parametrize(
    ("kind", "said"), [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "gif"), ("WEBP", "webp"), ("BMP", "jpeg")]
)
def test_the_kind_of_a_picture_is_told_by_its_beginning(kind: str, said: str) -> None:
    data = base64.b64encode(written(kind)).decode()
    assert convert_base64_to_data_uri(data) == f"data:image/{said};base64,{data}"


def test_a_text_becomes_parts(red_png: str, caplog: pytest.LogCaptureFixture) -> None:
    text = f"See <img {red_png}> and <img missing.png>."
    picture = {"type": "image_url", "image_url": {"url": ADDRESS}}
    rest = {"type": "text", "text": " and <img missing.png>."}
    assert gpt4v_formatter(text) == [{"type": "text", "text": "See "}, picture, rest]
    assert "missing.png" in caplog.text
    [_, named, *_] = gpt4v_formatter(text, img_format="url")
    assert named["image_url"] == {"url": red_png}
    with pytest.raises(AssertionError, match="img_format='svg'"):
        gpt4v_formatter(text, img_format="svg")


def test_objects_of_pillow_become_addresses_in_new_messages(red_png: str) -> None:
    parts = gpt4v_formatter(f"<img {red_png}>", img_format="pil")
    messages = [{"role": "user", "content": parts}, {"role": "user", "content": "text"}]
    [shown, text] = message_formatter_pil_to_b64(messages)
    assert shown["content"][1] == {"type": "image_url", "image_url": {"url": ADDRESS}}
    assert text == messages[1]
    assert is_red(parts[1]["image_url"]["url"])
    assert message_formatter_pil_to_b64([shown]) == [shown]


def test_a_text_becomes_one_with_tokens(red_png: str) -> None:
    text = f"<img {red_png}> <img {red_png}> <img missing.png>"
    assert llava_formatter(text) == ("<image> <image> ", [PNG, PNG])
    assert llava_formatter(text, order_image_tokens=True) == ("<image 0> <image 1> ", [PNG, PNG])


def test_the_names_of_pictures_are_found_in_a_text() -> None:
    text = "See http://x.org/a.jpg, /tmp/b.PNG and c.gif, but not d.txt."
    assert extract_img_paths(text) == ["http://x.org/a.jpg", "tmp/b.PNG", "c.gif"]


@pytest.mark.parametrize("api", ["sync", "async"])
def test_an_agent_that_sees_shows_its_model_the_picture(api: str, red_png: str) -> None:
    model = ScriptedModel("A red square.", "Nothing.")
    painter = MultimodalConversableAgent("painter", model=model, human_input_mode="NEVER", max_consecutive_auto_reply=5)
    user = ConversableAgent("user", llm_config=False, human_input_mode="NEVER", default_auto_reply="And now?")
    result = drive(api, user.initiate_chat, painter, message=f"What is this? <img {red_png}>", max_turns=2, silent=True)
    assert result.summary == "Nothing."
    system, asked = model.requests[0].messages
    assert system["content"] == [{"type": "text", "text": "You are a helpful AI assistant."}]
    parts: Any = asked.get("content")
    assert [part["type"] for part in parts] == ["text", "image_url", "text"]
    assert parts[1]["image_url"]["url"] == ADDRESS
    assert model.requests[1].messages[-1].get("content") == "And now?"
    assert (user.last_message(painter) or {}).get("content") == "Nothing."


def test_a_message_keeps_its_other_keys_when_its_picture_is_loaded(red_png: str) -> None:
    painter = MultimodalConversableAgent("painter", system_message=f"Like <img {red_png}>", llm_config=False)
    user = ConversableAgent("user", llm_config=False)
    painter.receive({"content": f"<img {red_png}>", "topic": "red"}, user, request_reply=False, silent=True)
    [message] = painter.chat_messages[user]
    assert (message["topic"], message["content"][1]["type"]) == ("red", "image_url")  # type: ignore[typeddict-item]
    assert [part["type"] for part in painter.system_message] == ["text", "image_url", "text"]
    painter.update_system_message([{"type": "text", "text": "Look."}])
    assert painter.system_message == [{"type": "text", "text": "Look."}]
