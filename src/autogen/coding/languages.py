"""The languages of code blocks: their names, the programs that run them, and what is done to a block beforehand."""

from __future__ import annotations

import re

POWERSHELLS = frozenset({"pwsh", "powershell", "ps1"})
_ALIASES = {"py": "python", "js": "javascript", "node": "javascript"}
_SHELLS = {"bash": "bash", "sh": "sh", "shell": "sh", "zsh": "zsh"}
_DANGERS = (
    (r"\brm\s+-rf\b", "Use of 'rm -rf' command is not allowed."),
    (r"\bmv\b.*?\s+/dev/null", "Moving files to /dev/null is not allowed."),
    (r"\bdd\b", "Use of 'dd' command is not allowed."),
    (r">\s*/dev/sd[a-z][1-9]?", "Overwriting disk blocks directly is not allowed."),
    (r":\(\)\{\s*:\|:&\s*\};:", "Fork bombs are not allowed."),
)


def language_of(told: str) -> str:
    """Return a language's one name: `python` for `py`, `Python`, `python3` and `python3.12`."""
    language = told.strip().lower()
    return "python" if re.fullmatch(r"python[\d.]*", language) else _ALIASES.get(language, language)


def programs_of(language: str) -> list[str]:
    """Return the names under which the program for a language other than Python may be installed, the best first."""
    if language in POWERSHELLS:
        return ["pwsh", "powershell"]
    return ["node"] if language == "javascript" else [_SHELLS.get(language, language)]


def extension_of(language: str) -> str:
    """Return the ending of a file in this language: as in the classic, but for PowerShell, which runs no other."""
    if language in POWERSHELLS:
        return "ps1"
    return "py" if language == "python" else language


def quiet_pip(code: str, language: str) -> str:
    """Return a block with its `pip install` lines made quiet: their progress is no news to the model."""
    if language == "python":
        return re.sub(r"^! ?pip install(?! -qqq)", "!pip install -qqq", code, flags=re.MULTILINE)
    if language in _SHELLS or language in POWERSHELLS:
        return re.sub(r"\b(pip3?) install(?! -qqq)", r"\1 install -qqq", code)
    return code


def refuse_dangers(language: str, code: str) -> None:
    """Refuse a few shell commands that are hardly ever meant. A lint: what keeps code in is the sandbox.

    Raises:
        ValueError: the block contains one of them.
    """
    if language not in _SHELLS:
        return
    for pattern, words in _DANGERS:
        if re.search(pattern, code):
            raise ValueError(f"Potentially dangerous command detected: {words}")
