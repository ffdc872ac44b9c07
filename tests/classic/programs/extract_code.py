"""Code blocks found in a text by the older function."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    extract = api.autogen.code_utils.extract_code
    texts = {
        "plain": "```python\nprint(1)\n```",
        "two": "a\n```python\nx = 1\n```\nb\n```sh\nls\n```",
        "no_language": "```\nprint(1)\n```",
        "indented": "1. do\n   ```python\n   print(1)\n   ```",
        "carriage_returns": "```python\r\nprint(1)\r\n```",
        "single": "Use `print(1)` or `ls`.",
        "nothing": "no code",
    }
    return {
        "found": {name: extract(text) for name, text in texts.items()},
        "single_line": {name: extract(text, detect_single_line_code=True) for name, text in texts.items()},
        "parts": extract([{"type": "text", "text": "```python\nprint(1)\n```"}]),
    }
