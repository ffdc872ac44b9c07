"""What happens is written into a file, one JSON object a line."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    before = logging.root.manager.disable
    logging.disable(logging.NOTSET)
    try:
        return recorded(api)
    finally:
        logging.disable(before)


def recorded(api: Api) -> Outcome:
    runtime_logging = api.autogen.runtime_logging
    session = runtime_logging.start(logger_type="file", config={"filename": "runtime.log"})
    model = api.endpoint(["hello"])
    assistant = api.autogen.AssistantAgent("assistant", llm_config=model.llm_config, system_message="Help.")
    api.user().initiate_chat(assistant, message="go", max_turns=1)
    runtime_logging.stop()
    lines = Path("autogen_logs/runtime.log").read_text().splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    keys = sorted({key for entry in entries for key in entry if "agent_name" in entry})
    return {
        "session": isinstance(session, str) and len(session),
        "started": session in lines[0],
        "agents": sorted(entry["agent_name"] for entry in entries if "agent_name" in entry),
        "keys": keys,
        "completions": [sorted(entry) for entry in entries if "is_cached" in entry],
    }
