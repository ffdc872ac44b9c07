"""Configurations from a file, from an environment variable, or a variable that names a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    configs = [{"model": "a", "api_key": "k"}, {"model": "b", "api_key": "k", "tags": ["t"]}]
    Path("OAI_CONFIG_LIST").write_text(json.dumps(configs))
    Path("folder").mkdir()
    Path("folder/list.json").write_text(json.dumps(configs[:1]))
    os.environ["TEXT_CONFIGS"], os.environ["PATH_CONFIGS"] = json.dumps(configs[1:]), "folder/list.json"
    os.environ["BAD_CONFIGS"] = "{not json"
    load = api.autogen.config_list_from_json
    outcome = {
        "file": load("OAI_CONFIG_LIST"),
        "file_location": load("list.json", file_location="folder"),
        "text_in_environment": load(env_or_file="TEXT_CONFIGS"),
        "path_in_environment": load("PATH_CONFIGS"),
        "filtered": load("OAI_CONFIG_LIST", filter_dict={"model": ["b"]}),
        "filtered_by_tags": load("OAI_CONFIG_LIST", filter_dict={"tags": ["t", "u"]}),
        "missing": api.error(lambda: load("NO_SUCH_CONFIGS")),
        "bad": api.error(lambda: load("BAD_CONFIGS")),
    }
    for name in ("TEXT_CONFIGS", "PATH_CONFIGS", "BAD_CONFIGS"):
        del os.environ[name]
    return outcome
