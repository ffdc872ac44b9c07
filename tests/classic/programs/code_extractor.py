"""Code blocks found in a message by the executor's extractor."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def found(text: object) -> object:
        return [[b.language, b.code] for b in api.autogen.coding.MarkdownCodeExtractor().extract_code_blocks(text)]

    texts = {
        "plain": "```python\nprint(1)\n```",
        "two": "a\n```python\nx = 1\n```\nb\n```sh\nls\n```",
        "no_language": "```\nprint(1)\n```",
        "no_language_shell": "```\nls -l\n```",
        "space_before_language": "``` python\nprint(1)\n```",
        "space_after_language": "```python \nprint(1)\n```",
        "carriage_returns": "```python\r\nprint(1)\r\n```",
        "indented": "1. do\n   ```python\n   print(1)\n   ```",
        "unfinished": "```python\nprint(1)\n",
        "inside_line": "text ```python\nprint(1)\n``` text",
        "longer_fence": "````python\nprint('```')\n````",
        "tildes": "~~~python\nprint(1)\n~~~",
        "language_with_plus": "```c++\nint x;\n```",
        "single": "`print(1)`",
        "nothing": "no code",
    }
    return {name: found(text) for name, text in texts.items()} | {
        "parts": found([{"type": "text", "text": "```python\nprint(1)\n```"}]),
        "none": api.error(lambda: found(None)),
    }
