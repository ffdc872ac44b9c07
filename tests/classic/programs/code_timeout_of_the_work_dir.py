"""The same with a work folder and a timeout in the configuration."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    text = "```python\nimport time\nprint('started', flush=True)\ntime.sleep(3)\n```"
    user = api.user(code_execution_config={"work_dir": "work", "use_docker": False, "timeout": 1})
    return {"reply": api.drive("generate_reply", user, [{"role": "user", "content": text}])}
