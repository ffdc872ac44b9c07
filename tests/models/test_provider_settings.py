"""How the providers are named, found in the environment, and reached."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from autogen.errors import ModelError, ModelRejected, NotAuthorised
from autogen.models.client import ModelRequest
from autogen.models.config import entry_of_name
from autogen.models.environment import DEFAULT_ANTHROPIC_MODEL, DEFAULT_GOOGLE_MODEL, config_from_environment
from autogen.models.factory import client_of_entry, endpoint_of, model_from_config
from tests.models.dialects import ANTHROPIC, CHAT, DIALECTS, GATEWAY, GOOGLE, RESPONSES, Dialect
from tests.servers.openai_server import OpenAIServer
from tests.servers.said import Said

pytestmark = pytest.mark.usefixtures("one_loop")
HI = ModelRequest([{"role": "user", "content": "Hi"}])


@pytest.mark.parametrize(
    ("environ", "meant"),
    [
        ({"ANTHROPIC_API_KEY": "k"}, {"api_type": "anthropic", "model": DEFAULT_ANTHROPIC_MODEL}),
        ({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_MODEL": "c"}, {"api_type": "anthropic", "model": "c"}),
        ({"GEMINI_API_KEY": "k"}, {"api_type": "google", "model": DEFAULT_GOOGLE_MODEL}),
        ({"GOOGLE_API_KEY": "k", "GEMINI_MODEL": "g"}, {"api_type": "google", "model": "g"}),
        (
            {"ANTHROPIC_API_KEY": "k", "GEMINI_API_KEY": "k"},
            {"api_type": "anthropic", "model": DEFAULT_ANTHROPIC_MODEL},
        ),
        ({"ANTHROPIC_API_KEY": "k", "OLLAMA_HOST": "h", "OLLAMA_MODEL": "q"}, {"api_type": "ollama", "model": "q"}),
        ({"AUTOGEN_MODEL": "anthropic:c", "OPENAI_API_KEY": "k"}, {"api_type": "anthropic", "model": "c"}),
        ({"AUTOGEN_MODEL": "gateway:bedrock:nova:0"}, {"api_type": "gateway", "model": "bedrock:nova:0"}),
    ],
)
def test_the_environment_decides_in_the_documented_order(environ: dict[str, str], meant: dict[str, str]) -> None:
    assert config_from_environment(environ) == meant


@pytest.mark.parametrize(
    ("name", "environ", "address", "key"),
    [
        ("anthropic:c", {"ANTHROPIC_API_KEY": "a"}, "https://api.anthropic.com", "a"),
        ("anthropic:c", {"ANTHROPIC_API_KEY": "a", "ANTHROPIC_BASE_URL": "http://h"}, "http://h", "a"),
        ("google:g", {"GEMINI_API_KEY": "a", "GOOGLE_API_KEY": "b"}, "https://generativelanguage.googleapis.com", "a"),
        ("google:g", {"GOOGLE_API_KEY": "b", "GOOGLE_GEMINI_BASE_URL": "http://h"}, "http://h", "b"),
        ("openai-responses:m", {"OPENAI_API_KEY": "a"}, "https://api.openai.com/v1", "a"),
        ("responses:m", {"OPENAI_API_KEY": "a", "OPENAI_BASE_URL": "http://h/v1"}, "http://h/v1", "a"),
        ("gateway:groq:m", {"OPENAI_API_KEY": "a"}, "", None),
    ],
)
def test_a_provider_is_reached_where_the_environment_says(
    name: str, environ: dict[str, str], address: str, key: str | None
) -> None:
    endpoint = endpoint_of(entry_of_name(name), environ)
    assert (endpoint.base_url, endpoint.api_key) == (address, key)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("anthropic:c", "No key for api.anthropic.com: set ANTHROPIC_API_KEY, or 'api_key' in the configuration."),
        ("google:g", "No key for generativelanguage.googleapis.com: set GEMINI_API_KEY, or 'api_key'"),
        ("responses:m", "No key for api.openai.com: set OPENAI_API_KEY, or 'api_key'"),
        ("gateway:openai-chat:m", "cannot be reached through the gateway"),
    ],
)
async def test_a_missing_key_is_named(name: str, says: str) -> None:
    with pytest.raises(NotAuthorised, match=says):
        await model_from_config(name).create(HI)


async def test_a_key_that_is_no_text_is_named() -> None:
    async def key() -> str:
        return "k"

    with pytest.raises(NotAuthorised, match=r"'api_key' for api\.anthropic\.com must be a str, not function"):
        await model_from_config({"api_type": "anthropic", "model": "c", "api_key": key}).create(HI)


async def test_a_provider_that_the_gateway_does_not_know_is_named() -> None:
    with pytest.raises(ModelRejected, match="'nobody:m' cannot be reached through the gateway"):
        await model_from_config("gateway:nobody:m").create(HI)


@pytest.mark.parametrize(("name", "package"), [("gateway:groq:m", "groq"), ("bedrock:nova:0", "boto3")])
async def test_a_package_that_a_gateway_provider_needs_is_named(name: str, package: str) -> None:
    with pytest.raises(ImportError, match=package):
        await model_from_config({**entry_of_name(name), "api_key": "k"}).create(HI)


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
async def test_extra_headers_query_and_body_are_sent(dialect: Dialect) -> None:
    extra: dict[str, Any] = {"extra_headers": {"x-more": "1"}, "extra_body": {"novel": {"a": 1}}}
    if dialect is not GATEWAY:
        extra["extra_query"] = {"flag": "yes"}
    with dialect.serve(Said(text="Hello.")) as server:
        await model_from_config(dialect.config(server, **extra)).create(HI)
        (received,) = server.requests
    assert received.headers["x-more"] == "1"
    assert received.body["novel"] == {"a": 1}
    assert ("flag=yes" in received.path) == (dialect is not GATEWAY)


@pytest.mark.parametrize("dialect", [CHAT, RESPONSES, ANTHROPIC, GOOGLE], ids=str)
async def test_headers_and_query_of_an_entry_are_sent(dialect: Dialect) -> None:
    with dialect.serve(Said(text="Hello.")) as server:
        entry = dialect.config(server, default_headers={"x-more": "1"}, default_query={"flag": "yes"})
        await model_from_config(entry).create(HI)
        (received,) = server.requests
    assert received.headers["x-more"] == "1"
    assert "flag=yes" in received.path


@pytest.mark.parametrize("dialect", [RESPONSES, ANTHROPIC, GOOGLE, GATEWAY], ids=str)
async def test_a_client_of_the_users_own_is_used_and_its_refusals_mean_the_same(dialect: Dialect) -> None:
    used: list[str] = []

    async def count(request: httpx2.Request) -> None:
        used.append(request.method)

    http = httpx2.AsyncClient(event_hooks={"request": [count]})
    async with http:
        with dialect.serve(Said(text="Hello."), dialect.refusals["key"], dialect.refusals["down"]) as server:
            entry = dialect.config(server)
            for index in range(3):
                model = client_of_entry({**entry, "http_client": http})
                if index == 0:
                    assert (await model.create(HI)).message.get("content") == "Hello."
                    continue
                with pytest.raises(ModelError) as caught:
                    await model.create(HI)
                assert caught.value.status in {400, 401, 503, 529}
    assert used == ["POST"] * 3


async def test_each_provider_has_a_model_with_a_name_and_a_fingerprint() -> None:
    for dialect in DIALECTS:
        with OpenAIServer() as server:
            model: Any = model_from_config(dialect.config(server, temperature=0))
            assert model.name.endswith("stub")
            assert model.fingerprint["options"] == {"temperature": 0}


async def test_versions_in_an_address_are_understood() -> None:
    for dialect, ending, path in (
        (ANTHROPIC, "/v1", "/v1/messages"),
        (ANTHROPIC, "/v1/", "/v1/messages"),
        (GOOGLE, "", "/v1/models/stub:generateContent"),
        (GOOGLE, "/v1", "/v1/models/stub:generateContent"),
        (GOOGLE, "/v1beta/", "/v1beta/models/stub:generateContent"),
        (GOOGLE, "/gemini", "/gemini/v1/models/stub:generateContent"),
    ):
        with dialect.serve(Said(text="Hello.")) as server:
            entry = dialect.config(server)
            await model_from_config({**entry, "base_url": server.url + ending}).create(HI)
            assert server.requests[0].path == path
