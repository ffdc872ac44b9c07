"""Where agents print and what they ask can be replaced, for a block."""

from __future__ import annotations

from autogen.io import IOStream
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Stream:
        def __init__(self, *typed: str) -> None:
            self.typed = list(typed)
            self.printed: list[str] = []
            self.prompts: list[object] = []

        def print(self, *objects: object, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
            self.printed.append(sep.join(str(value) for value in objects))

        def input(self, prompt: str = "", *, password: bool = False) -> str:
            self.prompts.append(password)
            return self.typed.pop(0)

    stream, inner = Stream("typed by hand", "exit"), Stream()
    user = api.user(human_input_mode="ALWAYS")
    other = api.agent("other", default_auto_reply="an answer")
    outside = IOStream.get_default()
    with IOStream.set_default(stream):
        same = IOStream.get_default() is stream
        result = user.initiate_chat(other, message="hello")
        with IOStream.set_default(inner):
            nested = IOStream.get_default() is inner
        back = IOStream.get_default() is stream
    printed = "\n".join(stream.printed)
    return {
        "default": [same, nested, back, IOStream.get_default() is outside],
        "is_stream": [isinstance(stream, IOStream), isinstance(outside, IOStream), isinstance(3, IOStream)],
        "texts": api.texts(result.chat_history),
        "printed": [word in printed for word in ("hello", "an answer", "typed by hand", "user", "other")],
        "asked": stream.prompts,
        "inner": inner.printed,
    }
