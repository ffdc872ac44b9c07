"""Every form of configuration, what is refused in one, and what the environment decides without one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from autogen import AssistantAgent
from autogen.errors import NoModel
from autogen.models.client import ModelRequest
from autogen.models.config import check_llm_config, entries_of, entry_of_name, options_of
from autogen.models.environment import DEFAULT_MODEL, config_from_environment
from autogen.models.factory import endpoint_of, model_from_config
from autogen.models.openai import Timeouts
from autogen.models.prices import Price, cost_usd
from autogen.models.providers import PROVIDERS, base_url_of
from autogen.oai import (
    config_list_from_dotenv,
    config_list_from_json,
    config_list_from_models,
    config_list_gpt4_gpt35,
    config_list_openai_aoai,
    filter_config,
    get_config_list,
)
from autogen.testing import ScriptedModel
from autogen.usage import Usage
from tests.servers.openai_server import OpenAIServer, reply

HI = ModelRequest([{"role": "user", "content": "Hi"}])
ENTRIES = [
    {"model": "a", "api_key": "k1", "tags": ["x", "y"]},
    {"model": "b", "api_key": "k2", "tags": ["y"]},
    {"model": "c", "api_type": "azure"},
]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("temprature", "temperature"),
        ("api_base", "base_url"),
        ("API-Key", "api_key"),
        ("engine", "model"),
        ("request_timeout", "timeout"),
        ("config-list", "config_list"),
        ("cacheseed", "cache_seed"),
        ("maxtokens", "max_tokens"),
    ],
)
def test_a_key_that_looks_misspelt_is_refused_with_the_one_that_was_meant(key: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"llm_config has the unknown key '{key}'; did you mean '{meant}'"):
        AssistantAgent("assistant", llm_config={"model": "m", key: 1})
    with pytest.raises(ValueError, match=r"config_list\[1\] has the unknown key"):
        check_llm_config({"config_list": [{"model": "m"}, {"model": "m", key: 1}]})


def test_a_key_that_is_not_known_and_looks_like_none_goes_to_the_server() -> None:
    config = check_llm_config({"model": "m", "zzz_of_this_server": 1, "api_key": "k", "tags": []})
    assert config is not False
    assert options_of(config) == {"zzz_of_this_server": 1}


@pytest.mark.parametrize(
    ("config", "error", "words"),
    [
        (7, TypeError, "must be a dict or False or None"),
        ([], TypeError, "must be a dict"),
        (True, TypeError, "not bool"),
        ({1: 2}, TypeError, "keys of llm_config are str"),
        ({"config_list": []}, ValueError, "is empty"),
        ({"config_list": "x"}, TypeError, "must be a list of dicts, not str"),
        ({"config_list": 5}, TypeError, "must be a list of dicts, not int"),
        ({"config_list": [5]}, TypeError, r"config_list\[0\] must be a dict"),
        ({"model": ""}, ValueError, "non-empty 'model'"),
        ({"model": 5}, TypeError, "'model' must be a str"),
        ({"model": "m", "api_type": "gpt"}, ValueError, "unknown api_type 'gpt'"),
        ({"model": "m", "api_type": 5}, ValueError, "unknown api_type 5"),
        ({"model": "m", "max_retries": -1}, ValueError, "at least 0"),
        ({"model": "m", "max_retries": "2"}, ValueError, "at least 0"),
        *[({"model": "m", "timeout": odd}, ValueError, "seconds above 0") for odd in (0, -1, "5", True, float("nan"))],
        *[({"model": "m", "price": odd}, ValueError, "US dollars per 1000") for odd in ("1", [1], [1, "2"], {})],
        ({"model": "m", "x": open}, None, ""),
        ("gtp:5", ValueError, "unknown provider 'gtp' .* as in 'ollama:qwen3:8b'"),
        ("openai:", ValueError, "names no model"),
        ("", ValueError, "names no model"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_refused_at_once(config: Any, error: Any, words: str) -> None:
    if error is None:
        check_llm_config(config)
        return
    with pytest.raises(error, match=words):
        check_llm_config(config)


def test_a_configuration_is_copied_and_what_cannot_be_copied_is_named() -> None:
    given: Any = {"config_list": [{"model": "m", "tags": ["a"]}]}
    config: Any = check_llm_config(given)
    config["config_list"][0]["tags"].append("b")
    assert given == {"config_list": [{"model": "m", "tags": ["a"]}]}
    with pytest.raises(TypeError, match="__deepcopy__"):
        check_llm_config({"model": "m", "http_client": (part for part in "ab")})


def test_an_entrys_own_keys_win_over_shared_ones() -> None:
    config: dict[str, Any] = {
        "temperature": 1,
        "timeout": 5,
        "config_list": [{"model": "a", "temperature": 0}, {"model": "b"}],
    }
    assert entries_of(config) == [
        {"temperature": 0, "timeout": 5, "model": "a"},
        {"temperature": 1, "timeout": 5, "model": "b"},
    ]


@pytest.mark.parametrize("name", ["openai:gpt-6-luna", "gpt-6-luna"])
def test_a_name_without_a_provider_is_openais(name: str) -> None:
    assert entry_of_name(name) == {"model": "gpt-6-luna", "api_type": "openai"}


@pytest.mark.parametrize("provider", sorted(PROVIDERS.keys() - {"azure"}))
def test_each_provider_has_an_address_and_its_own_key(provider: str) -> None:
    variable = PROVIDERS[provider].key_variable
    endpoint = endpoint_of(entry_of_name(f"{provider}:m"), {variable: "from the environment"} if variable else {})
    assert endpoint.base_url == PROVIDERS[provider].base_url
    assert endpoint.api_key == ("from the environment" if variable else None)


def test_a_key_of_one_provider_is_never_sent_to_another() -> None:
    environ = {"OPENAI_API_KEY": "for openai"}
    assert endpoint_of({"model": "m", "api_type": "groq"}, environ).api_key is None
    assert endpoint_of({"model": "m", "api_type": "ollama"}, environ).api_key is None


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:11434/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),  # noqa: S104 - what Ollama's own variable often says
        ("0.0.0.0:80", "http://127.0.0.1:80/v1"),
        (":8080", "http://127.0.0.1:8080/v1"),
        ("http://box/", "http://box:80/v1"),
        ("https://box", "https://box:443/v1"),
        ("https://box:9", "https://box:9/v1"),
    ],
)
def test_ollama_host_is_read_in_all_its_forms(host: str, address: str) -> None:
    assert base_url_of("ollama", {"OLLAMA_HOST": host}) == address


@pytest.mark.parametrize(
    ("environ", "config"),
    [
        ({"OLLAMA_HOST": "h"}, {"api_type": "ollama", "model": "*"}),
        ({"OLLAMA_HOST": "h", "OLLAMA_MODEL": "q"}, {"api_type": "ollama", "model": "q"}),
        ({"OPENAI_API_KEY": "k"}, {"model": DEFAULT_MODEL}),
        ({"OPENAI_API_KEY": "k", "OPENAI_MODEL": "m"}, {"model": "m"}),
        (
            {"AZURE_OPENAI_API_KEY": "k", "AZURE_OPENAI_ENDPOINT": "https://r", "AZURE_OPENAI_DEPLOYMENT": "d"},
            {"api_type": "azure", "model": "d", "azure_deployment": "d"},
        ),
        ({"OPENAI_BASE_URL": "http://h/v1"}, {"base_url": "http://h/v1", "model": "*"}),
        ({"OPENAI_BASE_URL": "http://h/v1", "OPENAI_MODEL": "m"}, {"base_url": "http://h/v1", "model": "m"}),
        (
            {"OPENAI_BASE_URL": "https://api.openai.com/v1"},
            {"base_url": "https://api.openai.com/v1", "model": DEFAULT_MODEL},
        ),
        ({"OAI_CONFIG_LIST": '[{"model": "a"}]'}, {"config_list": [{"model": "a"}]}),
        ({"AUTOGEN_MODEL": "ollama:q"}, {"api_type": "ollama", "model": "q"}),
    ],
)
def test_the_environment_decides(
    environ: dict[str, str], config: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert config_from_environment(environ) == config


def test_the_environment_decides_in_the_documented_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {
        "AUTOGEN_MODEL": "groq:first",
        "OAI_CONFIG_LIST": '[{"model": "second"}]',
        "OPENAI_BASE_URL": "http://third/v1",
        "AZURE_OPENAI_DEPLOYMENT": "fourth",
        "AZURE_OPENAI_API_KEY": "k",
        "AZURE_OPENAI_ENDPOINT": "https://r",
        "OPENAI_API_KEY": "fifth",
        "OLLAMA_HOST": "sixth",
    }
    found: list[Any] = []
    for gone in (
        "AUTOGEN_MODEL",
        "OAI_CONFIG_LIST",
        "OPENAI_BASE_URL",
        "AZURE_OPENAI_DEPLOYMENT",
        "OPENAI_API_KEY",
        "",
    ):
        config = config_from_environment(environ)
        found.append(entries_of(config)[0]["model"])
        environ.pop(gone, None)
    assert found == ["first", "second", "*", "fourth", DEFAULT_MODEL, "*"]


def test_a_file_in_the_working_directory_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "OAI_CONFIG_LIST").write_text('[{"model": "from the file"}]')
    assert config_from_environment({"OPENAI_API_KEY": "k"}) == {"config_list": [{"model": "from the file"}]}


async def test_with_nothing_there_the_error_says_in_three_lines_what_to_set() -> None:
    agent = AssistantAgent("assistant")
    with pytest.raises(NoModel) as caught:
        await agent.run("Hi")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert ["OPENAI_API_KEY" in lines[0], "OPENAI_BASE_URL" in lines[1], "ScriptedModel" in lines[2]] == [True] * 3


async def test_the_environment_is_read_at_the_first_call_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = AssistantAgent("assistant")
    with OpenAIServer(reply("Hello to you."), models=["qwen3"]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert (await agent.run("Hi")).summary == "Hello to you."
    assert server.requests[0].body["model"] == "qwen3"


async def test_an_agent_configured_by_the_environment_has_a_client_and_takes_tools(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agent = AssistantAgent("assistant")
    assert agent.client is None
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-the-environment")
    agent.update_tool_signature({"type": "function", "function": {"name": "shout"}}, is_remove=False)
    with OpenAIServer(reply("Hello to you.")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert (await agent.run("Hi")).summary == "Hello to you."
        client: Any = agent.client
        assert (await client.a_create(prompt="Hi")).choices[0].text == "Hello to you."
    assert [tool["function"]["name"] for tool in server.requests[0].body["tools"]] == ["shout"]


def test_a_model_client_is_taken_as_it_is_and_what_is_none_is_refused() -> None:
    model: Any = ScriptedModel()
    assert model_from_config(model) is model
    with pytest.raises(TypeError, match="a model is a client, a dict or a string"):
        model_from_config(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Missing required arguments"):
        model_from_config({"api_key": "k"})


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        (None, Timeouts()),
        (60, Timeouts(10, 60, 60, 600)),
        (5, Timeouts(5, 5, 5, 50)),
        ({"connect": 1, "idle_s": 2}, Timeouts(1, 600, 2, 1800)),
        (httpx2.Timeout(30, connect=3), Timeouts(3, 30, 30, 1800)),
        (httpx2.Timeout(None), Timeouts(10, 1800, 1800, 1800)),
    ],
)
def test_a_timeout_is_read_in_each_form(given: Any, limits: Timeouts) -> None:
    assert Timeouts.of(given) == limits


def test_prices_come_from_the_entry_or_the_price_data_and_unknown_is_not_zero() -> None:
    usage = Usage(1000, 500, 200)
    assert cost_usd("any", usage, "http://127.0.0.1/v1", Price.of([1, 2])) == 2.0
    assert cost_usd("any", usage, "http://127.0.0.1/v1", Price.of(1)) == 1.5
    assert cost_usd("a-model-nobody-sells", usage, "http://127.0.0.1/v1") is None
    known = cost_usd("gpt-4o", usage, "https://api.openai.com/v1")
    assert known == pytest.approx(800 * 2.5e-6 + 200 * 1.25e-6 + 500 * 10e-6)
    assert cost_usd("gpt-4o", usage, "http://127.0.0.1/v1") == known  # a gateway
    long = cost_usd("gpt-4o", Usage(100_000, 500), "https://api.openai.com/v1")
    assert long == pytest.approx(100_000 * 2.5e-6 + 500 * 10e-6)
    assert Price.of(None) is None


@pytest.mark.parametrize(
    ("wanted", "exclude", "models"),
    [
        ({"model": "a"}, False, ["a"]),
        ({"model": ["a", "b"]}, False, ["a", "b"]),
        ({"tags": ["x"]}, False, ["a"]),
        ({"tags": "y"}, False, ["a", "b"]),
        ({"tags": ["y"], "model": ["b"]}, False, ["b"]),
        ({"api_type": ["azure"]}, False, ["c"]),
        ({"api_type": ["azure"]}, True, ["a", "b"]),
        ({"other": ["z"]}, False, []),
        ({}, False, ["a", "b", "c"]),
        (None, False, ["a", "b", "c"]),
    ],
)
def test_entries_are_filtered_as_in_the_classic(wanted: Any, exclude: bool, models: list[str]) -> None:
    assert [entry["model"] for entry in filter_config(ENTRIES, wanted, exclude)] == models


def test_a_list_is_read_from_a_variable_a_file_it_names_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "list.json"
    file.write_text("\ufeff" + json.dumps(ENTRIES), encoding="utf-8")
    monkeypatch.setenv("LIST_AS_JSON", json.dumps(ENTRIES))
    monkeypatch.setenv("LIST_AS_PATH", str(file))
    for found in (
        config_list_from_json("LIST_AS_JSON"),
        config_list_from_json("LIST_AS_PATH"),
        config_list_from_json("list.json", file_location=str(tmp_path)),
        config_list_from_json("list.json", str(tmp_path), {}),
    ):
        assert found == ENTRIES
    assert config_list_from_json("LIST_AS_JSON", filter_dict={"model": ["b"]}) == [ENTRIES[1]]
    with pytest.raises(FileNotFoundError, match="neither an environment variable 'NOT_THERE'"):
        config_list_from_json("NOT_THERE", str(tmp_path))


@pytest.mark.parametrize("text", ["[{", '{"model": "m"}', "[1]", "a path that is none"])
def test_a_list_that_is_none_is_refused_without_showing_its_keys(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODD_LIST", text)
    with pytest.raises(ValueError, match="the environment variable ODD_LIST does not hold") as caught:
        config_list_from_json("ODD_LIST")
    assert text not in str(caught.value)


def test_classic_lists_are_made_from_keys_files_and_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_config_list(["k1", " ", "k2"], ["u1", "u2", "u3"], "azure", "v") == [
        {"api_key": "k1", "base_url": "u1", "api_type": "azure", "api_version": "v"},
        {"api_key": "k2", "base_url": "u3", "api_type": "azure", "api_version": "v"},
    ]
    with pytest.raises(AssertionError, match="length"):
        get_config_list(["k"], ["u", "v"])
    (tmp_path / "key_openai.txt").write_text("of-openai\n")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "of-azure")
    monkeypatch.setenv("AZURE_OPENAI_API_BASE", "https://r")
    azure = {"api_key": "of-azure", "base_url": "https://r", "api_type": "azure", "api_version": "2024-02-01"}
    assert config_list_openai_aoai(str(tmp_path)) == [{"api_key": "of-openai"}, azure]
    assert config_list_openai_aoai(str(tmp_path), exclude="aoai") == [{"api_key": "of-openai"}]
    assert config_list_from_models(str(tmp_path), exclude="openai", model_list=["a", "b"]) == [
        {**azure, "model": "a"},
        {**azure, "model": "b"},
    ]
    assert [entry["model"] for entry in config_list_gpt4_gpt35(str(tmp_path), "aoai")] == ["gpt-4", "gpt-3.5-turbo"]
    assert config_list_openai_aoai(None, exclude="aoai") == []


def test_a_dotenv_file_gives_keys_and_never_overwrites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("# mine\nexport OPENAI_API_KEY='from file'\nOTHER_KEY=\"other\" \nPLAIN=a # b\n\nodd line\n")
    monkeypatch.setenv("OTHER_KEY", "kept")
    for name in ("OPENAI_API_KEY", "PLAIN"):
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    keys = {"m1": "OTHER_KEY", "m2": {"api_key_env_var": "PLAIN", "base_url": "http://h"}, "m3": "NONE", "m4": 5}
    assert config_list_from_dotenv(file, keys, {"model": {"m1", "m2", "m3", "m4", "gpt-4"}}) == [
        {"api_key": "kept", "model": "m1"},
        {"api_key": "a", "base_url": "http://h", "model": "m2"},
        {"api_key": "from file", "model": "gpt-4"},
    ]


def test_without_a_dotenv_file_nothing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config_list_from_dotenv() == []
    assert config_list_from_dotenv(tmp_path / "none") == []
