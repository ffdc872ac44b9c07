"""Code blocks are found in all the shapes in which models write them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from autogen.code_utils import extract_code, infer_lang
from autogen.coding import CodeExtractor, MarkdownCodeExtractor

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "plain": ("```python\nx = 1\n```", [("python", "x = 1")]),
    "words around": ("Do:\n\n```python\nx = 1\n```\nand then more.", [("python", "x = 1")]),
    "two": ("```python\nx = 1\n```\nand\n```sh\nls\n```", [("python", "x = 1"), ("sh", "ls")]),
    "two without a line between": ("```python\nx = 1\n```\n```sh\nls\n```", [("python", "x = 1"), ("sh", "ls")]),
    "carriage returns": ("```python\r\nx = 1\r\ny = 2\r\n```\r\n", [("python", "x = 1\ny = 2")]),
    "old Mac lines": ("```python\rx = 1\r```", [("python", "x = 1")]),
    "tildes": ("~~~python\nx = '```'\n~~~", [("python", "x = '```'")]),
    "tildes in backticks": ("```python\nx = '~~~'\n~~~\n```", [("python", "x = '~~~'\n~~~")]),
    "longer fence": ("````python\ns = '''\n```\n'''\n````", [("python", "s = '''\n```\n'''")]),
    "longer end": ("```python\nx = 1\n`````", [("python", "x = 1")]),
    "indented": ("1. do\n   ```python\n   if x:\n       y()\n   ```", [("python", "if x:\n    y()")]),
    "indented by tabs": ("\t```python\n\tx = 1\n\t```", [("python", "x = 1")]),
    "code less indented than its fence": ("    ```python\n  x = 1\ny = 2\n    ```", [("python", "x = 1\ny = 2")]),
    "fence after a bullet": ("- ```python\n  x = 1\n  ```", [("python", "x = 1")]),
    "fence after a number": ("2) ```python\n   x = 1\n   ```", [("python", "x = 1")]),
    "quoted": ("> ```python\n> x = 1\n>\n> y = 2\n> ```", [("python", "x = 1\n\ny = 2")]),
    "quoted twice": (">> ```python\n>> x = 1\n>> ```", [("python", "x = 1")]),
    "fence after words": ("Run this: ```python\nx = 1\n``` and tell me.", [("python", "x = 1")]),
    "no language": ("```\nx = 1\n```", [("python", "x = 1")]),
    "no language, a command": ("```\npip install x\n```", [("sh", "pip install x")]),
    "no language, no code": ("```\nhello there\n```", [("", "hello there")]),
    "capital language": ("```Python\nx = 1\n```", [("python", "x = 1")]),
    "space before the language": ("``` python\nx = 1\n```", [("python", "x = 1")]),
    "space after the language": ("```python  \nx = 1\n```", [("python", "x = 1")]),
    "language with signs": ("```c++\nint x;\n```\n```objective-c\nint y;\n```", [("c++", "int x;"), ("objective-c", "int y;")]),
    "language in braces": ("```{python}\nx = 1\n```", [("python", "x = 1")]),
    "language with attributes": ('```python title="a.py" {1,2}\nx = 1\n```', [("python", "x = 1")]),
    "language with a dot": ("```{.python .numberLines}\nx = 1\n```", [("python", "x = 1")]),
    "language with a file name": ("```python:main.py\nx = 1\n```", [("python", "x = 1")]),
    "never closed": ("```python\nx = 1\ny = 2", [("python", "x = 1\ny = 2")]),
    "closed by the next": ("```python\nx = 1\n```sh\nls\n```", [("python", "x = 1"), ("sh", "ls")]),
    "a document that shows a block": ("```markdown\n```python\nx = 1\n```\n```", [("markdown", "```python\nx = 1")]),
    "a longer fence around a document": (
        "````markdown\n# Title\n```python\nx = 1\n```\n````",
        [("markdown", "# Title\n```python\nx = 1\n```")],
    ),
    "backticks in a string": ("```python\nprint('a ``` b')\n```", [("python", "print('a ``` b')")]),
    "empty": ("```python\n```\n```python\n\n  \n```", []),
    "inline": ("Use `x = 1` and ```y = 2``` please.", []),
    "four spaces": ("    x = 1\n", []),
    "nothing": ("No code here.", []),
    "empty text": ("", []),
    "only a fence": ("```", []),
    "only fences": ("```\n```\n```", []),
    "form feed and odd spaces": ("```python\nx = 1\x0c\u2028y = '\x85'\n```", [("python", "x = 1\x0c\u2028y = '\x85'")]),
    "characters of no use": ("```python\nx = '\x00\ud800'\n```", [("python", "x = '\x00\ud800'")]),
}  # fmt: skip


def found(content: Any) -> list[tuple[str, str]]:
    return [(block.language, block.code) for block in MarkdownCodeExtractor().extract_code_blocks(content)]


@pytest.mark.parametrize("shape", SHAPES)
def test_blocks_are_found_in_every_shape(shape: str):
    text, blocks = SHAPES[shape]
    assert found(text) == blocks


def test_the_extractor_is_one():
    assert isinstance(MarkdownCodeExtractor(), CodeExtractor)


def test_each_text_part_of_a_content_is_searched_by_itself():
    parts: list[Any] = [
        {"type": "text", "text": "```python\nx = 1\n```"},
        {"type": "image_url", "image_url": {"url": "```python\nno\n```"}},
        {"type": "text", "text": "```sh\nnever closed"},
        "no part at all",
        {"type": "text", "text": 7},
        {"type": "text", "text": "```sh\nls\n```"},
    ]
    assert found(parts) == [("python", "x = 1"), ("sh", "never closed"), ("sh", "ls")]
    assert found(None) == []


BIG = 2_000_000
LARGE: dict[str, Callable[[int], str]] = {
    "one block": lambda size: "```python\n" + "x = 1\n" * (size // 6) + "```",
    "many blocks": lambda size: "```sh\nls\n```\n" * (size // 40),
    "fences only": lambda size: "```\n" * (size // 12),
    "backticks only": lambda size: "`" * size,
    "backticks and letters": lambda size: "`a" * (size // 2),
    "open fences on one line": lambda size: "```a" * (size // 4),
    "quote marks": lambda size: "> " * (size // 2) + "```",
    "bullets": lambda size: "- " * (size // 2) + "```",
    "numbers": lambda size: "1. " * (size // 3) + "```",
    "spaces": lambda size: " " * size + "```",
    "one block without a language": lambda size: "```\n" + "x = 1\n" * (size // 6) + "```",
    "words before a fence": lambda size: "word " * (size // 5) + "```python\nx = 1\n```",
    "a line of tildes": lambda size: "~" * size + "\n```python\nx\n```",
}


@pytest.mark.parametrize("shape", LARGE)
def test_megabytes_are_searched_in_linear_time(shape: str):
    tenth, whole = (_search_s(LARGE[shape](size)) for size in (BIG // 10, BIG))
    assert whole < 30 * tenth + 0.5


def test_five_megabytes_of_code_are_found_whole():
    code = "x = 1\n" * 833_333
    assert found(f"Here:\n```python\n{code}\n```\nThat was it.") == [("python", code)]


def _search_s(text: str) -> float:
    began = time.process_time()
    MarkdownCodeExtractor().extract_code_blocks(text)
    return time.process_time() - began


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("print(1)", "python"),
        ("python x.py", "sh"),
        ("python3 x.py", "sh"),
        ("pip install x", "sh"),
        ("cat notes.txt", "unknown"),
        ("x = (", "unknown"),
        ("x = '\0'", "unknown"),
        ("(" * 100_000, "unknown"),
        ("x = 1\n" * 100_000, "unknown"),
        ("assert (1, 'always')", "python"),  # the compiler warns
    ],
)
def test_a_language_is_guessed_without_running_or_warning(code: str, language: str):
    assert infer_lang(code) == language


def test_the_older_function_finds_the_same_and_says_unknown():
    assert extract_code("```python\nx = 1\n```") == [("python", "x = 1")]
    assert extract_code("no code") == [("unknown", "no code")]
    assert extract_code("Use `x = 1`.", detect_single_line_code=True) == [("", "x = 1")]
    assert extract_code("none", detect_single_line_code=True) == []
    assert extract_code("<a>x</a>", pattern=r"<(\w)>(.*?)</a>") == [("a", "x")]
