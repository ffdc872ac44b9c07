"""Lists of configurations made from models, endpoints and files of keys."""

from __future__ import annotations

import os

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    kept = dict(os.environ)
    try:
        return made(api)
    finally:
        os.environ.clear()
        os.environ.update(kept)


def made(api: Api) -> Outcome:
    for name in list(os.environ):
        if name.startswith(("OPENAI", "AZURE", "MY_")):
            del os.environ[name]
    os.environ["OPENAI_API_KEY"] = "sk-from-environment-0123456789abcdefghij0123456789abcdef"
    with open("key_openai.txt", "w") as file:
        file.write("sk-from-file-0123456789abcdefghij0123456789abcdef\n")
    with open("keys.env", "w") as file:
        file.write("OPENAI_API_KEY=sk-dot-0123456789abcdefghij0123456789abcdef012345\nMY_KEY=own-key\n")
    by_model = {"gpt-4": "OPENAI_API_KEY", "own": {"api_key_env_var": "MY_KEY", "base_url": "http://x/v1"}}
    dotenv = api.autogen.config_list_from_dotenv(dotenv_file_path="keys.env", model_api_key_map=by_model)
    filtered = api.autogen.config_list_from_dotenv(
        dotenv_file_path="keys.env", model_api_key_map=by_model, filter_dict={"model": {"own"}}
    )
    models = api.autogen.config_list_from_models(model_list=["gpt-4", "gpt-4o"], exclude="aoai")
    return {
        "dotenv": dotenv,
        "filtered": filtered,
        "models": [config["model"] for config in models],
        "no_file": api.error(
            lambda: (
                api.autogen.config_list_from_dotenv(dotenv_file_path="missing.env", model_api_key_map=by_model)
                and "made"
            )
        ),
    }
