"""Code run by the older function: exit code, logs and no image."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def run(code: str | None = None, **options: object) -> object:
        return api.error(
            lambda: list(api.autogen.code_utils.execute_code(code, work_dir="w", use_docker=False, **options))
        )

    return {
        "python": run("print('hello')"),
        "shell": run("echo hello", lang="sh"),
        "failure": run("import sys; print('x'); sys.exit(3)"),
        "shell_failure": run("echo x; echo y >&2; exit 2", lang="sh"),
        "named": run("print(__file__.split('/')[-1])", filename="named.py"),
        "named_only": run(filename="named.py"),
        "neither": run(),
        "unknown_language": run("x", lang="cobol"),
        "timeout": run("import time; time.sleep(3)", timeout=1),
    }
