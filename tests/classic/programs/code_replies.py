"""The reply to each kind of code, with the executor and with a work folder."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    cases = {
        "success": "```python\nprint('hello')\n```",
        "silent": "```python\npass\n```",
        "no_new_line_at_the_end": "```python\nprint('x', end='')\n```",
        "failure": "```python\nimport sys\nprint('before')\nsys.exit(3)\n```",
        "shell": "```sh\necho hello\n```",
        "bash": "```bash\necho hello\n```",
        "shell_failure": "```sh\necho hello\nexit 2\n```",
        "two_blocks": "```python\nprint('one')\n```\nthen\n```sh\necho two\n```",
        "two_blocks_first_fails": "```python\nprint('one')\nraise SystemExit(1)\n```\nthen\n```sh\necho two\n```",
        "no_language": "```\nprint('inferred')\n```",
        "capital_language": "```Python\nprint('capital')\n```",
        "py": "```py\nprint('py')\n```",
        "unknown_language": "```brainfuck\n+++\n```",
        "text_before_unknown": "```python\nprint('one')\n```\n```brainfuck\n+++\n```",
        "javascript": "```javascript\nconsole.log('x')\n```",
        "html": "```html\n<p>x</p>\n```",
        "output_to_stderr": "```python\nimport sys\nprint('out')\nprint('err', file=sys.stderr)\n```",
        "no_code": "There is nothing to run.",
        "single_backticks": "Use `print(1)` please.",
        "empty_block": "```python\n```",
        "indented_fence": "  ```python\n  print('indented')\n  ```",
        "unicode": "```python\nprint('grüße')\n```",
    }

    def reply(config: dict[str, object], text: str) -> object:
        user = api.user(code_execution_config=config, default_auto_reply="nothing to run")
        return api.error(lambda: api.drive("generate_reply", user, [{"role": "user", "content": text}]))

    def executor_config() -> dict[str, object]:
        return {"executor": api.autogen.coding.LocalCommandLineCodeExecutor(work_dir=".", timeout=20)}

    return {
        name: {
            "executor": reply(executor_config(), text),
            "work_dir": reply({"work_dir": "work", "use_docker": False, "timeout": 20}, text),
        }
        for name, text in cases.items()
    }
