"""The guards around the tests."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTSIDE = {"OPENAI_API_KEY", "OAI_CONFIG_LIST", "AUTOGEN_USE_DOCKER", "https_proxy"}


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_a_test_cannot_reach_another_machine(host: str) -> None:
    with pytest.raises(RuntimeError, match=r"A test tried to reach .*\. Tests stay on this machine"):
        socket.create_connection((host, 443), timeout=1)


def test_a_test_cannot_connect_past_name_resolution() -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match=r"tried to reach '192\.0\.2\.1'"):
        client.connect_ex(("192.0.2.1", 443))


def test_a_test_can_reach_a_server_of_its_own() -> None:
    with socket.create_server(("localhost", 0)) as server, socket.create_connection(server.getsockname(), timeout=1):
        pass


def test_a_test_can_use_a_unix_socket() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX) as server,
        socket.socket(socket.AF_UNIX) as client,
    ):
        path = str(Path(folder) / "socket")
        server.bind(path)
        server.listen()
        client.connect(path)


@pytest.fixture(scope="module")
def _settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in OUTSIDE:
            patch.setenv(name, "value")
        yield


@pytest.mark.usefixtures("_settings_from_outside")
def test_a_test_sees_no_keys_and_settings_from_outside() -> None:
    assert not OUTSIDE & os.environ.keys()
