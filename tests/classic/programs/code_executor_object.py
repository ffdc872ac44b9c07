"""The executor used directly: results, files, languages."""

from __future__ import annotations

import os

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    coding = api.autogen.coding
    executor = coding.LocalCommandLineCodeExecutor(work_dir=".", timeout=20)
    block = coding.CodeBlock

    def run(*blocks: object) -> Outcome:
        result = executor.execute_code_blocks(list(blocks))
        return {
            "exit_code": result.exit_code,
            "output": result.output,
            "file": result.code_file and os.path.basename(result.code_file),
        }

    return {
        "python": run(block(code="print('a')", language="python")),
        "several": run(block(code="print('a')", language="python"), block(code="echo b", language="sh")),
        "first_fails": run(block(code="raise SystemExit(4)", language="python"), block(code="echo b", language="sh")),
        "empty_language": run(block(code="print('a')", language="")),
        "unknown_language": run(block(code="x", language="cobol")),
        "javascript": run(block(code="console.log(1)", language="javascript")),
        "outside": run(block(code="# filename: ../x.py\nprint(1)", language="python")),
        "named": run(block(code="# filename: sub.py\nprint(1)", language="python")),
        "defaults": [
            coding.LocalCommandLineCodeExecutor().timeout,
            str(coding.LocalCommandLineCodeExecutor().work_dir),
        ],
        "is_executor": isinstance(executor, coding.CodeExecutor),
        "timeout_0": api.error(
            lambda: coding.LocalCommandLineCodeExecutor(timeout=0), "Timeout must be greater than or equal to 1."
        ),
        "missing_parent": api.error(lambda: coding.LocalCommandLineCodeExecutor(work_dir="no/such/parent")),
    }
