"""Who is let through to a code server, and what a client makes of servers that are none."""

from __future__ import annotations

import socket
import traceback
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from autogen.coding import CodeBlock, LocalCommandLineCodeExecutor, RemoteCodeExecutor, code_server
from autogen.coding.remote.wire import MOST_REQUEST_BYTES
from autogen.errors import CodeServerFailed
from tests.coding.code_servers import TOKEN, serving
from tests.coding.hostile_programs import ONE_OF_EACH_KIND
from tests.coding.hostile_world import hostile_world
from tests.coding.remote.canned_server import CannedServer, answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
REFUSED: dict[str, tuple[dict[str, str], int]] = {
    "no token": ({"Authorization": ""}, 401),
    "another token": ({"Authorization": f"Bearer {TOKEN}x"}, 401),
    "a token of another kind": ({"Authorization": f"Basic {TOKEN}"}, 401),
    "a foreign host": ({"Host": "evil.example"}, 421),
    "a host that only begins like ours": ({"Host": "127.0.0.1.evil.example:80"}, 421),
    "a web page": ({"Origin": "http://127.0.0.1"}, 403),
    "a web page without an origin": ({"Sec-Fetch-Site": "same-origin"}, 403),
}
NONSENSE = {
    "rubbish instead of HTTP": (b"\x00\x01\x02 rubbish\r\n\r\n", "is gone in the middle"),
    "nothing": (b"", "is gone in the middle"),
    "a body that is cut off": (answer(b'{"session":', length=100), "is gone in the middle"),
    "no JSON": (answer(b"<html>hello</html>"), "is no code server, or another version of one: it is not JSON"),
    "JSON of another shape": (answer(b"[1]"), "it is no JSON object"),
    "an object of another shape": (answer(b'{"session":7}'), "'session' must be of type str"),
    "JSON without end": (answer(b"[" * 100_000), "it is not JSON"),
    "a body without end": (answer(b"x" * 20_000_000), "sends more than 16000000 bytes"),
    "a packed body": (answer(b"x", "200 OK", "Content-Encoding: gzip"), "packs its answers"),
    "a failure": (answer(b'{"error":{"message":"broken"}}', "500 Internal Server Error"), r"failed \(500\): broken"),
    "a failure without words": (answer(b"{}", "503 Service Unavailable"), r"failed \(503\): it does not say why"),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    work_dir = tmp_path_factory.mktemp("served")
    with serving(LocalCommandLineCodeExecutor(work_dir=work_dir)) as url:
        yield url


def routes() -> list[tuple[str, str]]:
    """Return method and path of each route there is, and of one that is not there."""
    guard: Any = code_server(lambda directory: LocalCommandLineCodeExecutor(work_dir=directory), TOKEN)
    listed = [(method, route.path) for route in guard._app.routes for method in sorted(route.methods)]  # noqa: SLF001 - to walk them all
    return [
        (method, path.replace("{", "").replace("}", "")) for method, path in [*listed, ("GET", "/"), ("GET", "/docs")]
    ]


def test_there_are_routes_to_walk():
    assert len(routes()) >= 9


@pytest.mark.parametrize("name", REFUSED)
def test_every_route_is_closed_to(url: str, name: str):
    headers, status = REFUSED[name]
    with httpx2.Client() as client:
        answers = [client.request(method, url + path, headers={**GOOD, **headers}) for method, path in routes()]
    assert {answer.status_code for answer in answers} == {status}
    assert not any(TOKEN in answer.text for answer in answers)


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"{}", 415),
        ({}, b"x" * (MOST_REQUEST_BYTES + 1), 413),
        ({}, b"{", 400),
        ({}, b"[]", 400),
        ({}, b'{"name": 7}', 400),
        ({}, b'{"name": ""}', 400),
        ({}, b"\xff\xfe", 400),
        ({}, b'{"name": "' + b"n" * 101 + b'"}', 400),
    ],
)
def test_what_is_no_request_is_refused(url: str, headers: dict[str, str], content: bytes, status: int):
    assert httpx2.post(f"{url}/v1/sessions", headers={**GOOD, **headers}, content=content).status_code == status


def test_who_is_refused_is_heard_out_and_so_sees_why(url: str):
    head = f"POST /v1/sessions HTTP/1.1\r\nHost: {url.removeprefix('http://')}\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=0.2) as line:
        line.sendall(head.encode())
        with pytest.raises(TimeoutError):
            line.recv(100)
        line.settimeout(10)
        line.sendall(b"{}")
        assert line.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_body_without_a_length_is_bounded_as_well(url: str):
    def parts() -> Iterator[bytes]:
        yield b'{"name": "'
        for _ in range(6):
            yield b"x" * 1_000_000
        yield b'"}'

    assert httpx2.post(f"{url}/v1/sessions", headers=GOOD, content=parts()).status_code == 400


@pytest.mark.parametrize(
    "blocks",
    [None, "x", [1], [{"code": 1, "language": "python"}], [{"code": "x"}], [{"code": "", "language": ""}] * 201],
)
def test_code_of_another_shape_is_refused(url: str, blocks: Any):
    session = httpx2.post(f"{url}/v1/sessions", headers=GOOD, json={}).json()["session"]
    request = {"key": "k", "blocks": blocks}
    done = httpx2.post(f"{url}/v1/sessions/{session}/executions", headers=GOOD, json=request)
    assert (done.status_code, done.json()["error"]["kind"]) == (400, "request")


def test_one_key_stands_for_one_piece_of_code(url: str):
    session = httpx2.post(f"{url}/v1/sessions", headers=GOOD, json={}).json()["session"]
    path = f"{url}/v1/sessions/{session}/executions"
    asked = [{"key": "k", "blocks": [{"code": code, "language": "sh"}]} for code in ("date +%N", "date +%N", "true")]
    first, second, third = (httpx2.post(path, headers=GOOD, json=request) for request in asked)
    assert first.json() == second.json()
    assert (third.status_code, "was used for other code" in third.text) == (404, True)


def test_files_have_no_path_to_ask_for(url: str):
    session = httpx2.post(f"{url}/v1/sessions", headers=GOOD, json={}).json()["session"]
    for name in ("..%2f..%2fetc%2fpasswd", "../../etc/passwd", "%2fetc%2fpasswd", "a.txt", "."):
        assert httpx2.get(f"{url}/v1/sessions/{session}/artefacts/{name}", headers=GOOD).status_code == 404


def refusal(executor: RemoteCodeExecutor) -> CodeServerFailed:
    with pytest.raises(CodeServerFailed) as refused:
        executor.execute_code_blocks([CodeBlock("print()", "python")])
    told = "".join(traceback.format_exception(refused.value)) + repr(vars(refused.value))
    assert TOKEN not in told
    return refused.value


@pytest.mark.parametrize("name", NONSENSE)
def test_a_server_that_is_none_is_told(name: str):
    said, words = NONSENSE[name]
    with CannedServer(said) as server:
        failure = refusal(RemoteCodeExecutor(server.url, TOKEN))
    with pytest.raises(CodeServerFailed, match=words):
        raise failure


def test_a_wrong_token_is_told_without_telling_it(url: str):
    failure = refusal(RemoteCodeExecutor(url, "another-token-than-that"))
    assert (failure.status, "another-token" in str(failure)) == (401, False)
    assert "refuses the token" in str(failure)


def test_where_nobody_listens_the_cure_is_told():
    with CannedServer(b"") as server:
        pass
    assert "No code server can be reached at" in str(refusal(RemoteCodeExecutor(server.url, TOKEN)))


def test_the_token_is_not_sent_on_to_another_host():
    with CannedServer(answer(b"{}")) as other:
        moved = answer(b"", "307 Temporary Redirect", f"Location: {other.url}/v1/sessions")
        with CannedServer(moved) as server:
            failure = refusal(RemoteCodeExecutor(server.url, TOKEN))
        assert (failure.status, other.received) == (307, [])
    assert f"sends on to '{other.url}/v1/sessions'. That is not followed" in str(failure)


def test_a_result_of_another_shape_is_told(tmp_path: Path):
    session = answer(b'{"session":"s","done":true,"result":{"exit_code":"0"}}')
    with CannedServer(session) as server:
        failure = refusal(RemoteCodeExecutor(server.url, TOKEN, work_dir=tmp_path))
    assert "'artefacts' must be of type list" in str(failure)


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a/../../out.txt"])
def test_a_server_cannot_write_outside_of_the_work_dir(tmp_path: Path, name: str):
    told = (
        f'{{"session":"s","done":true,"result":{{"exit_code":0,"output":"","place":"","artefacts":[{{"id":"i","name":"{name}",'
        f'"media_type":"text/plain","size_bytes":1,"sha256":"0"}}]}}}}'
    )
    with CannedServer(answer(told.encode())) as server:
        failure = refusal(RemoteCodeExecutor(server.url, TOKEN, work_dir=tmp_path / "work"))
    assert "Filename is not in the workspace" in str(failure)
    assert list(tmp_path.rglob("*")) == []


def test_a_file_that_is_not_what_was_told_is_not_kept(tmp_path: Path):
    told = (
        b'{"session":"s","done":true,"result":{"exit_code":0,"output":"","place":"","artefacts":[{"id":"i","name":"a",'
        b'"media_type":"text/plain","size_bytes":1000,"sha256":"0"}]}}'
    )
    with CannedServer(answer(told)) as server:
        failure = refusal(RemoteCodeExecutor(server.url, TOKEN, work_dir=tmp_path / "work"))
    assert "The file 'a' is not what the code server" in str(failure)
    assert list(tmp_path.rglob("*")) == []


def test_no_hostile_program_gets_further_because_it_was_sent(tmp_path: Path):
    with hostile_world(tmp_path) as world:
        sandboxed = LocalCommandLineCodeExecutor(work_dir=world.work_dir)
        with serving(sandboxed) as url, RemoteCodeExecutor(url, TOKEN) as executor:
            verdicts = world.attack(ONE_OF_EACH_KIND, executor)
        assert world.damage() == []
    assert len(verdicts) == len(ONE_OF_EACH_KIND)
    assert {name: verdict for name, verdict in verdicts.items() if verdict.startswith("ESCAPED")} == {}
