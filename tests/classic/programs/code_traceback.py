"""The traceback of a failing program is in the reply."""

from __future__ import annotations

import re

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    text = "```python\n# filename: broken.py\nprint('before')\n1 / 0\n```"

    def reply(config: dict[str, object]) -> str:
        user = api.user(code_execution_config=config)
        said = api.drive("generate_reply", user, [{"role": "user", "content": text}])
        return re.sub(r" +~+\^~+\n", "", re.sub(r'File ".*broken.py"', 'File "broken.py"', said))

    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".")
    return {"executor": reply({"executor": executor}), "work_dir": reply({"work_dir": "work", "use_docker": False})}
