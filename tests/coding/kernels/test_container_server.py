"""A server in a container of a real engine: reached at its port with its token, and gone at the end.

The image has no Jupyter; what answers in it has the one question that a start asks.
"""

from __future__ import annotations

import gc
import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from autogen.coding.containers.engine import find_engine
from autogen.coding.jupyter import DockerJupyterServer, JupyterClient
from autogen.errors import CodeError
from tests.coding.container_engine import IMAGE, container_engine

if TYPE_CHECKING:
    from autogen.coding.containers.engine import Engine

__all__ = ["container_engine"]

ANSWERER = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        is_known = self.headers["Authorization"] == "token " + os.environ["TOKEN"]
        body = b'{"kernelspecs": {"python3": {}}}'
        self.send_response(200 if is_known and "WRONG" not in os.environ else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("", 8888), Handler).serve_forever()
"""


@pytest.fixture(scope="module")
def engine(container_engine: str) -> Engine:
    return find_engine()


@pytest.fixture(scope="module")
def image(engine: Engine) -> str:
    name = "localhost/autogen-answers"
    dockerfile = f"FROM {IMAGE}\nCMD {json.dumps(['python3', '-c', ANSWERER])}\n"
    for line in engine.api.build(fileobj=BytesIO(dockerfile.encode()), tag=name, rm=True, decode=True):
        assert "error" not in line, line
    return name


def names(engine: Engine) -> str:
    return str([container["Names"] for container in engine.api.containers(all=True)])


def test_it_is_reached_with_its_token_and_gone_when_it_is_left(engine: Engine, image: str):
    with DockerJupyterServer(image, "answers-left") as server:
        assert JupyterClient(server.connection_info).list_kernel_specs() == {"kernelspecs": {"python3": {}}}
        assert "answers-left" in names(engine)
    server.stop()
    assert "answers-left" not in names(engine)


def test_it_is_gone_when_it_is_forgotten(engine: Engine, image: str):
    DockerJupyterServer(image, "answers-forgotten")
    gc.collect()
    assert "answers-forgotten" not in names(engine)


@pytest.mark.parametrize(
    ("wanted", "environment", "words"),
    [
        ("", {"WRONG": "yes"}, "refuses .403.: the token is wrong"),
        (IMAGE, {}, "no command or entrypoint"),
        ("localhost/no-such-image", {}, "no-such-image"),
    ],
)
def test_what_does_not_serve_is_an_error_and_does_not_stay(
    engine: Engine, image: str, wanted: str, environment: dict[str, str], words: str
):
    with pytest.raises(CodeError, match=words) as caught:
        DockerJupyterServer(wanted or image, "answers-not", docker_env=environment, token="a-token-nobody-may-read")
    assert "a-token" not in str(caught.value)
    assert "answers-not" not in names(engine)
