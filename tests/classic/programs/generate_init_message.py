"""The opening message with each kind of carryover."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user()
    parts = [{"type": "image_url", "image_url": {"url": "u"}}, {"type": "text", "text": "look"}]
    given = {"content": parts}

    def opening(message: object, **context: object) -> object:
        return api.drive("generate_init_message", user, message, **context)

    return {
        "text": opening("go"),
        "dict": opening({"content": "go", "extra": 1}),
        "none": api.error(lambda: opening(3)),
        "text_and_text": opening("go", carryover="c"),
        "text_and_list": opening("go", carryover=["c", "d"]),
        "list_of_other_values": opening("go", carryover=[1, {"a": 2}, None]),
        "empty_text_and_text": opening("", carryover="c"),
        "dict_and_text": opening({"content": "go", "name": "n"}, carryover="c"),
        "dict_without_content": api.error(lambda: opening({"name": "n"}, carryover="c")),
        "parts_and_text": opening(given, carryover="c"),
        "parts_and_list": opening(given, carryover=["c", "d"]),
        "parts_alone": opening(given),
        "given_afterwards": given,
        "wrong_type": api.error(
            lambda: opening("go", carryover=3), "Carryover should be a string or a list of strings."
        ),
        "wrong_type_multimodal": api.error(
            lambda: opening(given, carryover=3), "Carryover should be a string or a list of strings."
        ),
    }
