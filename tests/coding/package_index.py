"""A package index on this machine, with wheels made on the spot."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator


def wheel(name: str, version: str, source: str, requires: tuple[str, ...] = ()) -> bytes:
    """Return a wheel with one module."""
    needs = "".join(f"Requires-Dist: {other}\n" for other in requires)
    files = {
        f"{name}.py": source,
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in files.items())
    files[f"{name}-{version}.dist-info/RECORD"] = f"{record}{name}-{version}.dist-info/RECORD,,\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return packed.getvalue()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class Index(ThreadingHTTPServer):
    """Serves files by project, and keeps what was asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.files, self.asked = files, list[str]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/simple"

    def answer(self, path: str) -> bytes | None:
        """Return a file, or the page of a project."""
        self.asked.append(path)
        if (name := path.rsplit("/", 1)[-1]) in self.files:
            return self.files[name]
        project = path.strip("/").rsplit("/", 1)[-1].replace("-", "_")
        links = [
            f'<a href="/files/{name}#sha256={hashlib.sha256(content).hexdigest()}">{name}</a>'
            for name, content in self.files.items()
            if name.startswith(f"{project}-")
        ]
        return "<!doctype html><html><body>{}</body></html>".format("".join(links)).encode() if links else None


class _Answers(BaseHTTPRequestHandler):
    server: Any

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        content = self.server.answer(self.path)
        self.send_response(404 if content is None else 200)
        kind = "text/html" if content and content.startswith(b"<") else "application/octet-stream"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content or b"")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that is overridden
        pass


@contextmanager
def package_index(files: dict[str, bytes]) -> Generator[Index]:
    """Serve wheels, by file name."""
    with Index(files) as index:
        thread = threading.Thread(target=index.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield index
        index.shutdown()
        thread.join()
