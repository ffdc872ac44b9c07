"""Watch a group solve a data task, with programs that really run.

    python -m examples.applications.group_coding

The programs, their errors and their files are real; they stay in `--work-dir DIR`, or in a new folder whose name is told.
Tier T1: rules play the models; with `--live`, the model of your environment does (T3).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from autogen import AutogenError
from examples.applications.group_coding.app import TASK, make_team


def main() -> None:
    """Give the group its task."""
    parser = argparse.ArgumentParser(prog="group_coding", description="A group solves a data task.")
    parser.add_argument("--work-dir", type=Path)
    parser.add_argument("--live", action="store_true")
    given = parser.parse_args()
    work_dir = given.work_dir or Path(tempfile.mkdtemp(prefix="group-coding-"))
    work_dir.mkdir(exist_ok=True, parents=True)
    result = make_team(work_dir, live=given.live).run_sync(TASK, silent=False)
    print(f"\nKept in {work_dir}: {', '.join(sorted(path.name for path in work_dir.iterdir()))}")
    print(f"Why it ended: {result.stop_reason}")


if __name__ == "__main__":
    try:
        main()
    except AutogenError as error:  # no model, no sandbox: the error says what to do
        sys.exit(str(error))
