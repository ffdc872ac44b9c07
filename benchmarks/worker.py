"""One measurement in a process of its own: `worker.py QUESTION CONTENDER SIZES` prints the numbers as JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from importlib import import_module
from pathlib import Path


def _main() -> None:
    question, contender, sizes = sys.argv[1:]
    answer = sys.stdout
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - some frameworks print what is said
    numbers = asyncio.run(import_module(f"questions.{question}").measure(contender, json.loads(sizes)))
    print(json.dumps(numbers), file=answer, flush=True)
    os._exit(0)  # some frameworks leave threads and loops behind


if __name__ == "__main__":
    _main()
