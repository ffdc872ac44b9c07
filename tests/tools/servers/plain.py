"""A tool server of some sixty lines, by hand, from the protocol's text: it starts at once and can misbehave."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

NUMBERS = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]}
NOTHING: dict[str, Any] = {"type": "object", "properties": {}}
SCHEMAS = {
    "add": NUMBERS,
    "babble": NOTHING,
    "flood": NOTHING,
    "long": NOTHING,
    "number": NOTHING,
    "die": NOTHING,
    "odd.name": NOTHING,
    "secrets": NOTHING,
    "change": NOTHING,
    "refuse": NOTHING,
    "garble": NOTHING,
    "mixed": NOTHING,
    "data": NOTHING,
    "far": {"type": "object", "properties": {"x": {"$ref": "http://127.0.0.1:9/x.json"}}},
    "wrong": {"type": "object", "properties": {"x": {"type": "no such type"}}},
}


def say(**message: Any) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": words}], **more}


def call(name: str, arguments: dict[str, Any]) -> Any:  # noqa: PLR0911 - one line for each tool
    if name == "add":
        return text(str(arguments["a"] + arguments["b"]))
    if name == "die":
        os._exit(3)
    if name == "babble":
        sys.stdout.write("<html>\n{}\n\xff\n[1,\n")
        return text("after all that")
    if name == "flood":
        while True:
            sys.stdout.write("rubbish\n")
    if name == "long":
        for _ in range(100):
            sys.stdout.write("x" * 1_000_000)
        sys.stdout.write("\n")
        return text("never heard")
    if name == "number":
        return text(str(os.getpid()))
    if name == "secrets":
        return text("\n".join(os.environ))
    if name == "change":
        SCHEMAS["add"] = NOTHING
        say(method="notifications/tools/list_changed")
        return text("changed")
    if name == "garble":
        return {"content": "this is no list"}
    if name == "mixed":
        resource = {"uri": "file:///a", "text": "inside"}
        parts = [
            {"type": "image", "data": "AAAA", "mimeType": "image/png"},
            {"type": "resource", "resource": resource},
            {"type": "resource", "resource": {"uri": "file:///b", "blob": "AAAA"}},
            {"type": "resource_link", "uri": "file:///c", "name": "c"},
        ]
        return {"content": parts}
    if name == "data":
        return {"content": [], "structuredContent": {"x": 1}}
    return text("", isError=True)


def answer(method: str, params: dict[str, Any]) -> Any:
    if method == "initialize":
        about = {"name": "plain", "version": "1"}
        capabilities = {"tools": {"listChanged": True}}
        return {"protocolVersion": params["protocolVersion"], "capabilities": capabilities, "serverInfo": about}
    if method == "tools/list":
        page = list(SCHEMAS)[:1] if not params.get("cursor") else list(SCHEMAS)[1:]
        tools = [{"name": name, "description": f"{name}.", "inputSchema": SCHEMAS[name]} for name in page]
        return {"tools": tools, **({} if params.get("cursor") else {"nextCursor": "more"})}
    if method == "tools/call":
        return call(params["name"], params.get("arguments") or {})
    return None


for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request or request.get("params", {}).get("name") == "odd.name":
        continue  # a notification; or the tool that never answers
    result = answer(request["method"], request.get("params") or {})
    if result is None or request.get("params", {}).get("name") == "refuse":
        say(id=request["id"], error={"code": -32601, "message": "no such thing"})
    else:
        say(id=request["id"], result=result)
