"""Runs the python blocks of one page, in order and in one namespace; a process of its own for each page.

Standard input is JSON: `{"page": path, "blocks": […]}`; standard output is JSON: what each block printed.
Only loopback can be reached. A block that needs a model is answered by a server here that speaks OpenAI's protocol.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_MODEL = "scripted"


class ScriptedServer(ThreadingHTTPServer):
    """A model server that gives the answers it was told, in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer  # pyright: ignore[reportIncompatibleVariableOverride] - the only server it is made for

    def do_GET(self) -> None:
        self._send("application/json", json.dumps({"object": "list", "data": [{"id": _MODEL, "object": "model"}]}))

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.answers.pop(0)
        whole: dict[str, Any] = {"id": "1", "created": 0, "model": _MODEL}
        if not question.get("stream"):
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": answer}}
            self._send(
                "application/json",
                json.dumps({**whole, "object": "chat.completion", "choices": [choice], "usage": _USAGE}),
            )
            return
        pieces: list[dict[str, Any]] = [{"choices": [_delta({"role": "assistant", "content": ""})]}]
        pieces += [{"choices": [_delta({"content": word})]} for word in answer.splitlines(keepends=True)]
        pieces += [{"choices": [_delta({}, "stop")]}, {"choices": [], "usage": _USAGE}]
        lines = [json.dumps({**whole, "object": "chat.completion.chunk", **piece}) for piece in pieces]
        self._send("text/event-stream", "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]))

    def _send(self, kind: str, body: str) -> None:
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""


_USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def _delta(delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish_reason}


def refuse_the_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Let sockets connect to this machine only."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1"}:
            raise ConnectionRefusedError(f"the network is off while pages are run: {address!r}")


def main() -> None:
    """Run the page that standard input names."""
    told = json.load(sys.stdin)
    server = ScriptedServer()
    sys.addaudithook(refuse_the_network)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    outputs: list[str] = []
    for block in told["blocks"]:
        server.answers[:] = block["model_says"]
        _set_model(server if block["model_says"] else None)
        sys.stdin = io.StringIO("".join(f"{line}\n" for line in block["human_types"]))
        padded = "\n" * (block["line"] - 1) + block["text"]  # so that a traceback names the line in the page
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(padded, told["page"], "exec"), namespace)  # noqa: S102 - the page's own code
        assert not server.answers, f"{told['page']}:{block['line']}: not asked for: {server.answers}"
        outputs.append(printed.getvalue())
    json.dump(outputs, sys.stdout)


def _set_model(server: ScriptedServer | None) -> None:
    for name in (
        "AUTOGEN_MODEL",
        "OAI_CONFIG_LIST",
        "OPENAI_BASE_URL",
        "OPENAI_API_KEY",
        "OPENAI_MODEL",
        "OLLAMA_HOST",
    ):
        os.environ.pop(name, None)
    if server is not None:
        os.environ["OPENAI_BASE_URL"] = f"http://127.0.0.1:{server.server_address[1]}/v1"
        os.environ["OPENAI_API_KEY"] = "none"
        os.environ["OPENAI_MODEL"] = _MODEL


if __name__ == "__main__":
    main()
