"""The classic stream over a websocket, with real clients on loopback."""

import sys
import threading
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from autogen import ConversableAgent, UserProxyAgent
from autogen.io import IOStream
from autogen.io.websockets import IOWebsockets
from autogen.testing import ScriptedModel

_WAIT_S = 20


def answer_once(stream: IOWebsockets) -> None:
    bob = ConversableAgent("bob", model=ScriptedModel("Good day."), human_input_mode="NEVER")
    user = UserProxyAgent("user", code_execution_config=False)
    user.initiate_chat(bob, message=stream.input())


def talk(uri: str, opening: str) -> str:
    """Be a client: say something, end the chat at the prompt, and return all that was sent."""
    received = ""
    with connect(uri) as client:
        client.send(opening)
        while "to end the conversation" not in received:
            received += str(client.recv(_WAIT_S))
        client.send("exit")
        try:
            while True:
                received += str(client.recv(_WAIT_S))
        except ConnectionClosed:
            return received


def test_a_chat_is_printed_to_its_client_and_asks_it_for_input():
    with IOWebsockets.run_server_in_thread(on_connect=answer_once, port=0) as uri:
        received = talk(uri, "Hello.")
    assert uri.startswith("ws://127.0.0.1:")
    assert "user (to bob):\n\nHello.\n" in received
    assert "bob (to user):\n\nGood day.\n" in received
    assert received.endswith("ended: user's human typed 'exit'\n")


def test_each_client_sees_its_own_chat():
    received: dict[str, str] = {}

    def client(uri: str, opening: str) -> None:
        received[opening] = talk(uri, opening)

    with IOWebsockets.run_server_in_thread(on_connect=answer_once, port=0) as uri:
        threads = [threading.Thread(target=client, args=(uri, f"Hello {number}.")) for number in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_WAIT_S)
    assert {opening: text.count("Hello ") for opening, text in received.items()} == dict.fromkeys(received, 1)
    assert all(f"\n\n{opening}\n" in text for opening, text in received.items())
    assert len(received) == 5


def test_print_and_input_as_the_classic_has_them():
    def on_connect(stream: IOWebsockets) -> None:
        assert IOStream.get_default() is stream
        stream.print("a", 1, sep="-", end="!")
        stream.print(stream.input("Name? "), stream.websocket.remote_address[0])

    with IOWebsockets.run_server_in_thread(on_connect=on_connect, port=0) as uri, connect(uri) as client:
        assert (client.recv(_WAIT_S), client.recv(_WAIT_S)) == ("a-1!", "Name? ")
        client.send(b"J\xc3\xb6rg")
        assert client.recv(_WAIT_S) == "Jörg 127.0.0.1\n"


def test_a_client_that_leaves_is_the_end_of_the_input():
    results: list[Any] = []
    has_ended = threading.Event()

    def on_connect(stream: IOWebsockets) -> None:
        bob = ConversableAgent("bob", model=ScriptedModel("Good day."), human_input_mode="NEVER")
        results.append(UserProxyAgent("user", code_execution_config=False).initiate_chat(bob, message="Hello."))
        with pytest.raises(BrokenPipeError, match="has left"):
            stream.print("anybody there?")
        has_ended.set()

    with IOWebsockets.run_server_in_thread(on_connect=on_connect, port=0) as uri:
        with connect(uri) as client:
            client.recv(_WAIT_S)
        assert has_ended.wait(_WAIT_S)
    assert results[0].stop_reason.kind == "no_human"


def test_a_client_that_does_not_read_never_holds_up_the_chat():
    outcome: list[str] = []
    has_ended = threading.Event()

    def on_connect(stream: IOWebsockets) -> None:
        try:
            for _ in range(100_000):
                stream.print("x" * 10_000)
        except BrokenPipeError as error:
            outcome.append(str(error))
        has_ended.set()

    with (
        IOWebsockets.run_server_in_thread(on_connect=on_connect, port=0, close_timeout=1) as uri,
        connect(uri, max_queue=1, close_timeout=0) as client,
    ):
        assert has_ended.wait(_WAIT_S)
        client.socket.close()
    assert outcome == ["the client of this websocket reads too slowly and was cut off"]


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [
        (None, True),
        ("http://localhost:8000", True),
        ("http://evil.example", False),
        ("http://localhost.evil.example", False),
    ],
)
def test_pages_of_other_machines_are_refused(origin: Any, is_welcome: bool):
    with IOWebsockets.run_server_in_thread(on_connect=lambda stream: stream.print("hello"), port=0) as uri:
        if is_welcome:
            with connect(uri, origin=origin) as client:
                assert client.recv(_WAIT_S) == "hello\n"
        else:
            with pytest.raises(InvalidStatus, match="403"):
                connect(uri, origin=origin)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "websockets.sync.server", None)
    with (
        pytest.raises(ImportError, match=r"pip install 'pyautogen\[websockets\]'"),
        IOWebsockets.run_server_in_thread(on_connect=print),
    ):
        pass
