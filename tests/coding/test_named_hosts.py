"""Code that may reach named hosts, and nothing else."""

from __future__ import annotations

import asyncio
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from autogen import UserProxyAgent, run_settings
from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor
from autogen.coding.places.network.hosts import Hosts, belongs_to_the_public
from autogen.coding.places.network.proxy import Proxy
from autogen.errors import SandboxUnavailable
from autogen.events import NoticeRaised
from tests.coding.conftest import Kept, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.coding.conftest import Make

ELSEWHERE = "127.0.0.2"  # this machine, under an address that is not the sandbox's own


class Greets(BaseHTTPRequestHandler):
    """Answers a path with itself; `/away` with a redirect to another address of the same server."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.3:{self.connection.getsockname()[1]}/there")
            self.end_headers()
            return
        words = f"{self.command} {self.path} {self.headers['Host']} ".encode() + body
        self.send_response(200)
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that is overridden
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server on all of this machine's loopback addresses."""
    with ThreadingHTTPServer(("0.0.0.0", 0), Greets) as server:  # noqa: S104 - the loopback has many addresses
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def fetch(address: str) -> str:
    return f"import urllib.request as u; print(u.urlopen({address!r}, timeout=10).read().decode())"


def test_a_named_host_is_reached_and_no_other(make: Make, port: int):
    executor = make(network=[f"{ELSEWHERE}:{port}"])
    assert run(executor, fetch(f"http://{ELSEWHERE}:{port}/a?b=c")).output == f"GET /a?b=c {ELSEWHERE}:{port} \n"
    for address in (f"http://127.0.0.3:{port}/", "http://example.org/", "https://example.org/"):
        result = run(executor, fetch(address))
        assert "403: Host not allowed in this sandbox" in result.output or "403 Host not allowed" in result.output
        assert result.output.endswith(
            f"Note: the code reaches only these hosts, through an HTTP proxy: {ELSEWHERE}:{port}.\n"
        )


def test_bodies_and_tunnels_pass(make: Make, port: int):
    executor = make(network=[f"{ELSEWHERE}:{port}"])
    program = f"import urllib.request as u; print(u.urlopen('http://{ELSEWHERE}:{port}/p', b'x' * 300_000).read()[-3:])"
    assert run(executor, program).output == "b'xxx'\n"
    tunnel = (
        "import http.client\n"
        "client = http.client.HTTPConnection('127.0.0.1', 3128)\n"
        f"client.set_tunnel('{ELSEWHERE}', {port})\n"
        "for path in '/1', '/2':\n"
        "    client.request('GET', path); print(client.getresponse().read().decode())"
    )
    assert run(executor, tunnel).output == f"GET /1 {ELSEWHERE}:{port} \nGET /2 {ELSEWHERE}:{port} \n"


def test_the_host_that_was_judged_is_the_one_that_is_named(make: Make, port: int):
    program = (
        "import urllib.request as u\n"
        f"asked = u.Request('http://{ELSEWHERE}:{port}/x', headers={{'Host': 'another.example'}})\n"
        "print(u.urlopen(asked).read().decode())"
    )
    result = run(make(network=[f"{ELSEWHERE}:{port}"]), program)
    assert result.output == f"GET /x {ELSEWHERE}:{port} \n"


def test_a_redirect_leads_no_further_than_the_list(make: Make, port: int):
    result = run(make(network=[f"{ELSEWHERE}:{port}"]), fetch(f"http://{ELSEWHERE}:{port}/away"))
    assert (result.exit_code, "Host not allowed in this sandbox" in result.output) == (1, True)


def test_past_the_proxy_there_is_no_way_out(make: Make, port: int):
    program = f"import socket; socket.create_connection(('{ELSEWHERE}', {port}), 3)"
    assert "Connection refused" in run(make(network=[f"{ELSEWHERE}:{port}"]), program).output


def test_exit_codes_and_output_are_those_of_the_code(make: Make, port: int):
    executor = make(network=[f"{ELSEWHERE}:{port}"])
    blocks = [CodeBlock("echo out; echo err >&2; exit 7", "sh")]
    result = executor.execute_code_blocks(blocks)
    assert (result.exit_code, result.output) == (7, "err\nout\n")
    assert run(executor, "import os; os.abort()").exit_code == 134
    assert run(make(network=[f"{ELSEWHERE}:{port}"], timeout=1), "while True: pass").exit_code == 124


def test_the_user_is_told_what_was_refused(work_dir: Path, port: int):
    executor = LocalCommandLineCodeExecutor(work_dir=work_dir, network=[f"{ELSEWHERE}:{port}"])
    runner = UserProxyAgent("runner", human_input_mode="NEVER", code_execution_config={"executor": executor})
    kept = Kept()
    twice = (
        fetch("http://example.org/")
        .replace("print", "\ntry: print")
        .replace("decode())", "decode())\nexcept OSError: pass")
    )
    with run_settings(observers=[kept]):
        peer = UserProxyAgent("peer", human_input_mode="NEVER", code_execution_config=False)
        peer.initiate_chat(runner, message=f"```python\n{twice}\n{twice}\n```", max_turns=1)
    told = [event.text for event in kept.events if isinstance(event, NoticeRaised)]
    assert told == ["The code asked for example.org:80, which it may not reach."]


def test_only_bubblewrap_holds_code_to_named_hosts(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with pytest.raises(ValueError, match="only bubblewrap holds code to named hosts"):
        make(network=["example.org"], sandbox="landlock")
    executor = make(network=["example.org"], accept_no_isolation=True)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match="bubblewrap is not installed"):
        run(executor, "pass")


@pytest.mark.parametrize(
    "entry",
    ["", "http://example.org", "exa mple.org", "a..b", "*", "*.", "x.*.org", "example.org:0", "example.org:70000",
     "localhost", "127.0.0.1:80", "[::1]:80", "[::1", 7],
)  # fmt: skip
def test_what_is_no_host_is_refused(entry: Any):
    with pytest.raises(ValueError, match="network: "):
        Hosts([entry])


def test_one_host_is_a_list_too():
    with pytest.raises(ValueError, match=r"give a list of hosts, such as \['pypi.org'\]"):
        Hosts("pypi.org")


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [
        ("example.org", 443, True), ("EXAMPLE.org.", 80, True), ("example.org", 22, False), ("notexample.org", 443, False),
        ("www.example.org", 443, False), ("a.python.org", 443, True), ("a.b.python.org", 443, True),
        ("python.org", 443, False), ("evilpython.org", 443, False), ("intern.example", 8443, True),
        ("intern.example", 443, False), ("192.0.2.7", 9, True), ("::ffff:192.0.2.7", 9, False), ("3221225991", 9, False),
        ("xn--mnchen-3ya.de", 443, True), ("2001:db8::1", 443, True), ("2001:db8:0:0::1", 443, True),
    ],
)  # fmt: skip
def test_the_list_says_who_may_be_reached(host: str, port: int, allowed: bool):
    entries = ("Example.org", "*.python.org", "intern.example:8443", "192.0.2.7:9", "münchen.de", "[2001:db8::1]")
    hosts = Hosts(entries)
    assert hosts.allows(host, port) is allowed
    assert str(Hosts(["a.org", "b.org:1"])) == "a.org, b.org:1"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",  # noqa: S104 - refused
     "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"],
)  # fmt: skip
def test_addresses_that_are_not_the_open_networks_count_for_no_name(address: str):
    assert not belongs_to_the_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
def test_addresses_of_the_open_network_count(address: str):
    assert belongs_to_the_public(address)


async def asked(request: bytes, tmp_path: Path, addresses: list[str] | Exception) -> str:
    """Return what a proxy that lets `good.example` pass answers."""

    async def resolve(_: str, __: int) -> list[str]:
        if isinstance(addresses, Exception):
            raise addresses
        return addresses

    proxy = Proxy(Hosts(["good.example", f"{ELSEWHERE}:1"]), resolve=resolve)
    async with asyncio.timeout(20), await asyncio.start_unix_server(proxy.serve, tmp_path / "s", limit=64_000):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
        writer.write(request)
        if b"\r\n\r\n" not in request:
            writer.write_eof()
        answer = await reader.read()
        writer.close()
    return answer.decode()


@pytest.mark.parametrize(
    ("request_", "addresses", "answer"),
    [
        (b"CONNECT good.example:443 HTTP/1.1\r\n\r\n", ["10.0.0.1", "169.254.169.254"], "403 .* no.* host of the open network"),
        (b"CONNECT good.example:443 HTTP/1.1\r\n\r\n", OSError("no such name"), "502 .*has no address: no such name"),
        (b"CONNECT good.example:22 HTTP/1.1\r\n\r\n", ["93.184.215.14"], "403 .*good.example:22 is not among the hosts"),
        (f"CONNECT {ELSEWHERE}:1 HTTP/1.1\r\n\r\n".encode(), [], "502 .*cannot be reached"),
        (b"GET / HTTP/1.1\r\nHost: good.example\r\n\r\n", [], "400 .*A proxy is asked by"),
        (b"GET https://good.example/ HTTP/1.1\r\n\r\n", [], "400 "),
        (b"GET http://good.example:x/ HTTP/1.1\r\n\r\n", [], "400 .*no request to a proxy"),
        (b"\x16\x03\x01\r\n\r\n", [], "400 "),
        (b"CONNECT [good HTTP/1.1\r\n\r\n", [], "400 "),
        (b"GET " + b"x" * 70_000 + b"\r\n\r\n", [], "431 "),
        (b"GET http://good", [], "^$"),
    ],
)  # fmt: skip
async def test_a_proxy_answers_whatever_it_is_asked(request_: bytes, addresses: Any, answer: str, tmp_path: Path):
    assert re.search(f"(?s){answer}", await asked(request_, tmp_path, addresses))
