"""A model served on this machine, for the places where the classic takes no custom client: the selector of a group."""

from __future__ import annotations

import copy
import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
INNER_AGENTS = ("checking_agent", "speaker_selection_agent")
PRICE_USD_PER_1000_TOKENS = [1.0, 2.0]


class Endpoint:
    """Chat completions on 127.0.0.1: the replies in order, and the messages of every request."""

    def __init__(self, replies: Sequence[Any]) -> None:
        self.replies = list(replies)
        self.sent: list[list[dict[str, Any]]] = []
        self.url = ""

    @property
    def llm_config(self) -> dict[str, Any]:
        entry = {"model": "served", "api_key": "none", "base_url": self.url, "price": PRICE_USD_PER_1000_TOKENS}
        return {"config_list": [entry], "cache_seed": None}

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Give the status and the body of the answer; an exception in the script is a refused request."""
        self.sent.append([_as_seen(message) for message in request["messages"]])
        reply = self.replies.pop(0) if self.replies else LookupError(f"there is no reply number {len(self.sent)}")
        if isinstance(reply, Exception):
            return 400, {"error": {"message": str(reply), "type": "invalid_request_error", "param": None, "code": None}}
        message = {"role": "assistant"} | (reply if isinstance(reply, dict) else {"content": reply})
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "served"}
        return 200, head | {"choices": [choice], "usage": USAGE}


@contextmanager
def served(replies: Sequence[Any]) -> Generator[Endpoint]:
    """Serve a model while the block runs."""
    endpoint = Endpoint(replies)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size_bytes = int(self.headers["Content-Length"])
            status, answer = endpoint.answer(json.loads(self.rfile.read(size_bytes)))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield endpoint
        finally:
            server.shutdown()
            thread.join()


def _as_seen(message: dict[str, Any]) -> dict[str, Any]:
    """The message without empty keys, and without the names of agents that a package makes for itself."""
    inner = message.get("name") in INNER_AGENTS
    return {
        key: copy.deepcopy(value)
        for key, value in message.items()
        if value is not None and not (key == "name" and inner)
    }
