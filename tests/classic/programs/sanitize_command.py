"""Shell code that is refused, with its reason."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    sanitize = api.autogen.coding.LocalCommandLineCodeExecutor.sanitize_command
    refused = {
        "rm -rf /": "Use of 'rm -rf' command is not allowed.",
        "rm -rf ./x": "Use of 'rm -rf' command is not allowed.",
        "rm -r -f x": "not allowed",
        "mv x /dev/null": "Moving files to /dev/null is not allowed.",
        "dd if=/dev/zero of=x": "Use of 'dd' command is not allowed.",
        "cat x > /dev/sda": "Overwriting disk blocks directly is not allowed.",
        ":(){ :|:& };:": "Fork bombs are not allowed.",
        "echo ok": "",
    }
    return {
        "sh": {code: api.error(lambda code=code: sanitize("sh", code), reason) for code, reason in refused.items()},
        "python": api.error(lambda: sanitize("python", "import os; os.system('rm -rf /')")),
    }
