"""The language guessed from code."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    infer = api.autogen.code_utils.infer_lang
    codes = [
        "print(1)",
        "import os\nos.getcwd()",
        "pip install x",
        "python x.py",
        "python3 x.py",
        "sh run.sh",
        "bash run.sh",
        "ls -l",
        "x = ",
        "1 + 1",
        "",
    ]
    return {repr(code): infer(code) for code in codes}
