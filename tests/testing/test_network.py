"""A closed network for users' tests."""

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from autogen import AssistantAgent
from autogen.testing import FunctionModel, NetworkForbidden, forbid_network
from tests.servers.openai_server import OpenAIServer, reply


@pytest.fixture
def closed() -> Generator[None]:
    with forbid_network():
        yield


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("address", [("127.0.0.1", 9), ("192.0.2.1", 80)])
def test_no_address_can_be_reached(address: tuple[str, int]):
    with socket.socket() as one, pytest.raises(NetworkForbidden, match=f"{address[0]}:{address[1]} was to be reached"):
        one.connect(address)
    with socket.socket() as one, pytest.raises(NetworkForbidden):
        one.connect_ex(address)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("host", ["example.com", b"example.com"], ids=["text", "bytes"])
def test_no_name_is_looked_up(host: str | bytes):
    with pytest.raises(NetworkForbidden, match=r"example\.com:443 .* forbid_network\(allow=\['example\.com'\]\)"):
        socket.getaddrinfo(host, 443)


@pytest.mark.usefixtures("closed")
async def test_the_event_loop_is_closed_in_as_well():
    with pytest.raises(NetworkForbidden):
        await asyncio.open_connection("127.0.0.1", 9)


@pytest.mark.usefixtures("closed")
def test_an_agent_that_would_reach_out_fails_at_once():
    agent = AssistantAgent("agent", llm_config={"model": "m", "api_key": "k", "base_url": "http://127.0.0.1:9/v1"})
    with pytest.raises(NetworkForbidden, match="network is closed"):
        agent.run_sync("Hello?")


@pytest.mark.usefixtures("closed")
def test_code_that_swallows_exceptions_does_not_swallow_this_one():
    def look_up(request: object) -> str:
        with contextlib.suppress(Exception):
            return str(socket.getaddrinfo("example.com", 80))
        return "nothing found"

    with pytest.raises(NetworkForbidden):
        AssistantAgent("agent", model=FunctionModel(look_up)).run_sync("Look.")


@pytest.mark.usefixtures("closed")
def test_listening_and_local_sockets_stay_open(tmp_path: Path):
    assert socket.getaddrinfo(None, 0)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))


def test_named_hosts_may_be_reached():
    with OpenAIServer(reply("Hello.")) as server, forbid_network(allow=["127.0.0.1"]):
        agent = AssistantAgent("agent", llm_config={"model": "m", "api_key": "k", "base_url": server.url})
        assert agent.run_sync("Hello?").summary == "Hello."


def test_the_network_is_open_again_afterwards():
    before = socket.socket.connect, socket.getaddrinfo
    with forbid_network(), forbid_network(allow=["127.0.0.1"]):
        assert socket.getaddrinfo is not before[1]
    assert (socket.socket.connect, socket.getaddrinfo) == before


def test_the_fixture_of_the_documentation_closes_the_network_for_all_tests(tmp_path: Path):
    (tmp_path / "conftest.py").write_text(
        "import pytest\nfrom autogen.testing import forbid_network\n"
        "@pytest.fixture(autouse=True)\ndef closed_network():\n    with forbid_network():\n        yield\n"
    )
    (tmp_path / "test_it.py").write_text(
        "import socket\ndef test_it():\n    socket.create_connection(('127.0.0.1', 9), 1)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ended.returncode == 1
    assert "NetworkForbidden: The network is closed here, and 127.0.0.1:9 was to be reached." in ended.stdout
