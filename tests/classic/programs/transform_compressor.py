"""Texts are shortened by a compressor of the program, once for each text if there is a cache."""

from __future__ import annotations

from autogen.agentchat.contrib.capabilities.transforms import TextMessageCompressor
from autogen.cache.in_memory_cache import InMemoryCache
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Halving:
        def __init__(self) -> None:
            self.asked: list[object] = []

        def compress_text(self, text: str, **options: object) -> Outcome:
            self.asked.append([text, options])
            return {
                "compressed_prompt": text[: len(text) // 2],
                "origin_tokens": len(text),
                "compressed_tokens": len(text) // 2,
            }

    def compressed(messages: list[dict[str, object]], **options: object) -> Outcome:
        halving = Halving()
        compressor = TextMessageCompressor(text_compressor=halving, **({"cache": None} | options))
        after = compressor.apply_transform(messages)
        return {"after": after, "asked": halving.asked, "logs": compressor.get_logs(messages, after)}

    cache = InMemoryCache()
    parts = [{"type": "text", "text": "abcd"}, {"type": "image_url", "image_url": {"url": "x"}}]
    say = lambda *texts: [{"role": "user", "content": text} for text in texts]
    return {
        "plain": compressed(say("abcdef", "", None, "xy")),
        "parts": compressed(say(parts)),
        "options": compressed(say("abcd"), compression_params={"target": 3}),
        "filter": compressed([*say("abcd"), {"role": "system", "content": "efgh"}], filter_dict={"role": "system"}),
        "only": compressed(
            [*say("abcd"), {"role": "system", "content": "efgh"}], filter_dict={"role": "system"}, exclude_filter=False
        ),
        "cached": [
            compressed(say("abcd", "abcd"), cache=cache)["asked"],
            compressed(say("abcd"), cache=cache)["asked"],
        ],
        "minimum": api.error(lambda: compressed([], min_tokens=0)),
        "empty": compressed([]),
    }
