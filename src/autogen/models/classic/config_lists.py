"""Classic helpers that make, read and filter lists of configuration entries."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from autogen.models.providers import DEFAULT_AZURE_API_VERSION

_logger = logging.getLogger("autogen")

Filter = Mapping[str, Collection[str | None]]
Entries = list[dict[str, Any]]


def filter_config(config_list: Entries, filter_dict: Filter | None, exclude: bool = False) -> Entries:  # noqa: FBT001, FBT002 - the classic signature
    """Return the entries that have, for each key of `filter_dict`, one of its values; with `exclude`, those with none.

    A list in an entry (such as `tags`) matches if any of its values does. An entry without the key never matches.
    """
    if not filter_dict:
        return config_list
    return [
        entry
        for entry in config_list
        if all(_matches(entry.get(key), values) != exclude for key, values in filter_dict.items())
    ]


def _matches(value: object, accepted: str | Collection[str | None]) -> bool:
    if value is None:
        return False
    wanted = (accepted,) if isinstance(accepted, str) else accepted
    if isinstance(value, list):
        return any(part in wanted for part in cast("list[object]", value))
    return value in wanted


def config_list_from_json(
    env_or_file: str,
    file_location: str | None = "",
    filter_dict: Filter | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
) -> Entries:
    """Return the entries of a JSON list: in the variable of this name, the file it names, or the file of this name.

    Raises:
        FileNotFoundError: neither is there.
        ValueError: it is not JSON, or not a list of objects.
    """
    held = environ.get(env_or_file)
    if held:
        text, place = _from_variable(held), f"the environment variable {env_or_file}"
    else:
        path = Path(file_location or "") / env_or_file
        try:
            text, place = path.read_text(encoding="utf-8-sig"), str(path)
        except FileNotFoundError:
            raise FileNotFoundError(
                f"No list of models: there is neither an environment variable {env_or_file!r} nor a file {str(path)!r}."
            ) from None
    return filter_config(_parsed(text, place), filter_dict)


def _from_variable(held: str) -> str:
    if held.lstrip().startswith(("[", "{")):
        return held
    try:
        return Path(held).read_text(encoding="utf-8-sig")
    except OSError:
        return held


def _parsed(text: str, place: str) -> Entries:
    try:
        entries: object = json.loads(text)
    except json.JSONDecodeError as error:  # without the text: it holds keys
        raise ValueError(
            f"{place} does not hold JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in cast("list[object]", entries)):
        raise ValueError(f"{place} does not hold a JSON list of objects.")
    return cast("Entries", entries)


def get_config_list(
    api_keys: Sequence[str],
    base_urls: Sequence[str] | None = None,
    api_type: str | None = None,
    api_version: str | None = None,
) -> Entries:
    """Return an entry for each key that is not empty, with the address at the same place of `base_urls`.

    Raises:
        AssertionError: keys and addresses differ in number.
    """
    assert base_urls is None or len(api_keys) == len(base_urls), (
        "The length of api_keys must match the length of base_urls"
    )
    entries: Entries = []
    for index, key in enumerate(api_keys):
        if not key.strip():
            continue
        named = {"base_url": base_urls[index] if base_urls else None, "api_type": api_type, "api_version": api_version}
        entries.append({"api_key": key, **{name: value for name, value in named.items() if value}})
    return entries


def config_list_openai_aoai(
    key_file_path: str | None = ".",
    openai_api_key_file: str | None = "key_openai.txt",
    aoai_api_key_file: str | None = "key_aoai.txt",
    openai_api_base_file: str | None = "base_openai.txt",
    aoai_api_base_file: str | None = "base_aoai.txt",
    exclude: str | None = None,
) -> Entries:
    """Return entries for OpenAI and Azure, from files in `key_file_path` or else from the environment, one key a line.

    Args:
        key_file_path: folder of the files; `None` reads no files, as does `None` for a single file.
        exclude: "openai" or "aoai" leaves that one out.
    """

    def lines(file: str | None, variable: str) -> list[str] | None:
        path = Path(key_file_path) / file if key_file_path is not None and file is not None else None
        if path is not None and path.is_file():
            return path.read_text(encoding="utf-8").strip().split("\n")
        held = os.environ.get(variable)
        if held is None:
            _logger.info("%s is neither in the environment nor in a file.", variable)
        return None if held is None else held.split("\n")

    found: Entries = []
    if exclude != "openai":
        found += get_config_list(
            lines(openai_api_key_file, "OPENAI_API_KEY") or [""], lines(openai_api_base_file, "OPENAI_API_BASE")
        )
    if exclude != "aoai":
        keys, bases = (
            lines(aoai_api_key_file, "AZURE_OPENAI_API_KEY") or [""],
            lines(aoai_api_base_file, "AZURE_OPENAI_API_BASE"),
        )
        found += get_config_list(keys, bases or [""], "azure", DEFAULT_AZURE_API_VERSION)
    return found


def config_list_from_models(
    key_file_path: str | None = ".",
    openai_api_key_file: str | None = "key_openai.txt",
    aoai_api_key_file: str | None = "key_aoai.txt",
    aoai_api_base_file: str | None = "base_aoai.txt",
    exclude: str | None = None,
    model_list: Sequence[str] | None = None,
) -> Entries:
    """Return the entries of `config_list_openai_aoai`, once for each model of `model_list`, in that order."""
    entries = config_list_openai_aoai(
        key_file_path, openai_api_key_file, aoai_api_key_file, aoai_api_base_file=aoai_api_base_file, exclude=exclude
    )
    return [{**entry, "model": model} for model in model_list for entry in entries] if model_list else entries


def config_list_gpt4_gpt35(key_file_path: str | None = ".", exclude: str | None = None) -> Entries:
    """Return `config_list_from_models` for "gpt-4" and "gpt-3.5-turbo"."""
    return config_list_from_models(key_file_path, exclude=exclude, model_list=["gpt-4", "gpt-3.5-turbo"])


def config_list_from_dotenv(
    dotenv_file_path: str | Path | None = None,
    model_api_key_map: Mapping[str, Any] | None = None,
    filter_dict: Filter | None = None,
) -> Entries:
    """Return an entry for each model whose key is in the environment, after taking in a `.env` file.

    What the environment holds already is kept.

    Args:
        dotenv_file_path: the file; the first `.env` upwards from the working directory if not given.
        model_api_key_map: by model, the variable of its key, or a dict with `api_key_env_var` and more of an entry;
            "gpt-4" and "gpt-3.5-turbo" with OPENAI_API_KEY are always added.
    """
    _take_in(Path(dotenv_file_path) if dotenv_file_path else _nearest_dotenv())
    key_by_model = {**dict.fromkeys(("gpt-4", "gpt-3.5-turbo"), "OPENAI_API_KEY"), **(model_api_key_map or {})}
    entries: Entries = []
    for model in [
        *(model_api_key_map or {}),
        *(name for name in key_by_model if name not in (model_api_key_map or {})),
    ]:
        entry = _entry_from_variables(model, key_by_model[model])
        if entry is not None:
            entries.append(entry)
    entries = filter_config(entries, filter_dict)
    if not entries:
        _logger.error("No configurations loaded.")
    return entries


def _entry_from_variables(model: str, said: object) -> dict[str, Any] | None:
    if isinstance(said, str):
        said = {"api_key_env_var": said}
    if not isinstance(said, Mapping):
        _logger.warning("Unsupported type %s for model %s configuration", type(said), model)
        return None
    facts = dict(cast("Mapping[str, Any]", said))
    key = os.environ.get(facts.pop("api_key_env_var", "OPENAI_API_KEY"), "")
    if not key.strip():
        _logger.warning("API key not found or empty for model %s. Please ensure path to .env file is correct.", model)
        return None
    others = {
        name: os.environ.get(value, value) if isinstance(value, str) else value
        for name, value in facts.items()
        if value
    }
    return {"api_key": key, **others, "model": model}


def _nearest_dotenv() -> Path | None:
    here = Path.cwd()
    return next((folder / ".env" for folder in (here, *here.parents) if (folder / ".env").is_file()), None)


def _take_in(path: Path | None) -> None:
    """Set the variables that a `.env` file names (`NAME=value`, quotes and `export` allowed) and nobody has set yet."""
    if path is None or not path.is_file():
        _logger.warning("No .env file found." if path is None else f"The specified .env file {path} does not exist.")
        return
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name or name.startswith("#"):
            continue
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        os.environ.setdefault(name, value[1:-1] if quoted else value.split(" #", 1)[0].strip())
