"""Tags in a text, with their attributes."""

from __future__ import annotations

from autogen.agentchat.utils import parse_tags_from_content
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def found(tag: str, content: object) -> Outcome:
        return api.error(
            lambda: [
                [each["tag"], each["attr"], each["match"].group(0)] for each in parse_tags_from_content(tag, content)
            ]
        )

    return {
        "none": found("img", "no tags here"),
        "source": found("img", "see <img http://x/y.png> and <img a.jpg>"),
        "attributes": found("audio", "<audio text=\"Hello I'm a robot\" prompt='whisper'>"),
        "spaces": found("img", "<img my file.png size='3'>"),
        "other": found("img", "<audio x>"),
        "parts": found(
            "img", [{"type": "text", "text": "<img a> <img b>"}, {"type": "image_url", "image_url": {"url": "<img c>"}}]
        ),
        "number": found("img", 3),
    }
