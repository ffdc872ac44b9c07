"""The first line may name the file, inside the work folder only."""

from __future__ import annotations

import os

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def run(text: str, executor: bool) -> Outcome:
        os.makedirs("e", exist_ok=True)
        made = {"executor": api.autogen.coding.LocalCommandLineCodeExecutor(work_dir="e")}
        user = api.user(code_execution_config=made if executor else {"work_dir": "w", "use_docker": False})
        outcome = api.error(lambda: api.drive("generate_reply", user, [{"role": "user", "content": text}]))
        return outcome | {"files": [name for name in sorted(os.listdir(".")) if name.endswith((".py", ".sh"))]}

    texts = {
        "named": "```python\n# filename: named.py\nprint(__file__.split('/')[-1])\n```",
        "name_only": "```python\n# only.py\nprint(__file__.split('/')[-1])\n```",
        "shell": "```sh\n# filename: named.sh\necho hello\n```",
        "outside": "```python\n# filename: ../outside.py\nprint('x')\n```",
    }
    named = {
        name: [run(text, executor=True), name != "outside" and run(text, executor=False)]
        for name, text in texts.items()
    }
    return {"replies": named, "executor_files": sorted(os.listdir("e")), "work_dir_files": sorted(os.listdir("w"))}
