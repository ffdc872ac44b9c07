"""Code that takes too long is stopped, and the reply says so."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    text = "```python\nimport time\nprint('started', flush=True)\ntime.sleep(20)\n```"

    def reply(config: dict[str, object]) -> object:
        user = api.user(code_execution_config=config)
        return api.drive("generate_reply", user, [{"role": "user", "content": text}])

    executor = api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".", timeout=1)
    return {"executor": reply({"executor": executor})}
