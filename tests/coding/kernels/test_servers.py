"""Kernels of a real Jupyter server: state, pictures, and every way in which a server lets one down."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from autogen.coding import CodeBlock, CodeExecutor, CodeExecutorFactory
from autogen.coding.jupyter import (
    DockerJupyterServer,
    JupyterClient,
    JupyterCodeExecutor,
    JupyterConnectable,
    JupyterConnectionInfo,
    LocalJupyterServer,
)
from autogen.errors import CodeError, CodeServerFailed, SandboxUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

TOKEN = "a-token-that-nobody-may-read"
LOST = "The kernel was restarted, and all variables of earlier blocks are lost"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalJupyterServer]:
    with LocalJupyterServer(work_dir=tmp_path_factory.mktemp("server"), token=TOKEN) as server:
        yield server


@pytest.fixture(scope="module")
def lab(server: LocalJupyterServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterCodeExecutor]:
    with JupyterCodeExecutor(server, timeout=5, output_dir=tmp_path_factory.mktemp("shown")) as executor:
        yield executor


def run(executor: JupyterCodeExecutor, *programs: str, language: str = "python") -> tuple[int, str]:
    result = executor.execute_code_blocks([CodeBlock(program, language) for program in programs])
    return result.exit_code, result.output


def test_variables_live_from_block_to_block(lab: JupyterCodeExecutor, server: LocalJupyterServer):
    assert isinstance(lab, CodeExecutor)
    assert isinstance(server, JupyterConnectable)
    assert run(lab, "x = 41\nprint('set')") == (0, "set\n")
    assert run(lab, "x + 1") == (0, "42\n")
    assert run(lab, "print(1)", "raise SystemExit(3)", "print(2)")[0] == 3


def test_pictures_and_tables_are_saved_here_and_stand_in_order(lab: JupyterCodeExecutor):
    show = f"from IPython.display import SVG, HTML, display\nprint(1); display(SVG({SVG!r})); print(2); HTML('<b/>')"
    result = lab.execute_code_blocks([CodeBlock(show, "python")])
    svg, html = result.output_files
    assert result.output == f"1\nImage data saved to {svg}\n2\nHTML data saved to {html}\n"
    assert [Path(svg).read_text(), Path(html).read_text()] == [SVG, "<b/>"]
    assert [artefact.media_type for artefact in result.artefacts] == ["image/svg+xml", "text/html"]


def test_errors_shells_and_unknown_languages_are_told(lab: JupyterCodeExecutor):
    exit_code, output = run(lab, "1 / 0")
    assert (exit_code, output.endswith("ZeroDivisionError: division by zero\n"), "\x1b" in output) == (1, True, False)
    assert run(lab, "echo out; exit 4", language="bash") == (4, "out\n")
    assert run(lab, "DISPLAY 'x'.", language="cobol") == (1, "\nunknown language cobol")


def test_what_takes_too_long_is_interrupted_and_the_variables_are_kept(lab: JupyterCodeExecutor):
    run(lab, "here = 1")
    exit_code, output = run(lab, "import time\nprint('so far', flush=True)\ntime.sleep(60)")
    assert (exit_code, output) == (124, "so far\nThe variables are kept; the code was interrupted.\nTimeout\n")
    assert run(lab, "here") == (0, "1\n")


def test_a_kernel_that_ends_is_told_and_another_one_goes_on(lab: JupyterCodeExecutor):
    exit_code, output = run(lab, "import os; os._exit(1)")
    assert exit_code in {124, 137}
    assert output.endswith(f"{LOST}: the kernel ended.\n")
    assert run(lab, "'here' in globals()") == (0, "False\n")


async def test_cancelling_interrupts_the_kernel(lab: JupyterCodeExecutor):
    block = [CodeBlock("import time; here = 1; time.sleep(60)", "python")]
    running = asyncio.create_task(lab.a_execute_code_blocks(block))
    await lab.a_interrupt()  # of nothing, or of this: either way the next lines hold
    await asyncio.sleep(0)
    running.cancel()
    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await lab.a_execute_code_blocks([CodeBlock("'next'", "python")])).output == "'next'\n"


def test_restarting_forgets_everything(lab: JupyterCodeExecutor):
    run(lab, "here = 1")
    lab.restart()
    assert run(lab, "'here' in globals()") == (0, "False\n")


def test_a_kernel_that_somebody_deletes_is_replaced_and_the_loss_told(server: LocalJupyterServer, tmp_path: Path):
    client = JupyterClient(server.connection_info)
    with JupyterCodeExecutor(server, output_dir=tmp_path) as executor:
        run(executor, "x = 1")
        (kernel_id,) = {kernel["id"] for kernel in client.list_kernels()} - _ids_of_others(client, executor)
        client.delete_kernel(kernel_id)
        lost = run(executor, "'x' in globals()")
        assert lost == (137, f"{LOST}: the server has the kernel no longer.\n")
        assert run(executor, "'x' in globals()") == (0, "False\n")


def _ids_of_others(client: JupyterClient, executor: JupyterCodeExecutor) -> set[str]:
    held: dict[str, str] = vars(executor)["_held"]
    return {kernel["id"] for kernel in client.list_kernels()} - set(held.values())


def test_the_classic_client_talks_to_a_kernel(server: LocalJupyterServer):
    client = JupyterClient(server.connection_info)
    assert "python3" in client.list_kernel_specs()["kernelspecs"]
    kernel_id = client.start_kernel("python3")
    with client.get_kernel_client(kernel_id) as kernel:
        assert kernel.wait_for_ready(20)
        result = kernel.execute(f"from IPython.display import SVG\nprint('hi')\nSVG({SVG!r})", 20)
        assert (result.is_ok, result.output.startswith("hi\n")) == (True, True)
        assert [(item.mime_type, item.data) for item in result.data_items] == [("image/svg+xml", SVG)]
        assert kernel.execute("1 / 0").is_ok is False
    client.delete_kernel(kernel_id)
    with pytest.raises(CodeServerFailed, match="404"):
        client.get_kernel_client(kernel_id)


def test_no_kernel_outlives_its_program_or_is_shared_with_a_forked_one(server: LocalJupyterServer, tmp_path: Path):
    client, info = JupyterClient(server.connection_info), server.connection_info
    before = len(client.list_kernels())
    program = f"""
import os, warnings
warnings.simplefilter("ignore")
from autogen.coding import CodeBlock
from autogen.coding.jupyter import JupyterCodeExecutor, JupyterConnectionInfo
executor = JupyterCodeExecutor(JupyterConnectionInfo("127.0.0.1", False, {info.port}, {TOKEN!r}), output_dir={str(tmp_path)!r})
def says(code): print(executor.execute_code_blocks([CodeBlock(code, "python")]).output, flush=True)
says("x = 40")
child = os.fork()
if child == 0:
    says("'x' in globals()")
    raise SystemExit
os.waitpid(child, 0)
says("x + 2")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)
    assert done.stdout == f"\nNote: {LOST}: this is another process.\nFalse\n\n42\n\n", done.stderr
    assert len(client.list_kernels()) == before


# Servers that let one down


def refused(info: JupyterConnectionInfo) -> str:
    with pytest.raises(CodeServerFailed) as caught:
        JupyterCodeExecutor(info)
    said = "".join(str(part) for part in (caught.value, caught.value.__cause__, repr(info)))
    assert TOKEN not in said
    return str(caught.value)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_a_server_that_is_not_there_is_named_with_the_cure():
    port = free_port()
    told = refused(JupyterConnectionInfo("127.0.0.1", use_https=False, port=port, token=TOKEN))
    assert re.fullmatch(rf"the Jupyter server at http://127.0.0.1:{port} cannot be reached .* Is it running.*", told)


@pytest.mark.parametrize(
    ("token", "why"), [("wrong", "the token is wrong"), (None, "it wants a token, and none is given")]
)
def test_a_wrong_token_is_told(server: LocalJupyterServer, token: str | None, why: str):
    told = refused(JupyterConnectionInfo("127.0.0.1", use_https=False, port=server.connection_info.port, token=token))
    assert told.endswith(f"refuses (403): {why}.")


def test_tls_where_there_is_none_is_told():
    with answering(b"{}") as port:
        told = refused(JupyterConnectionInfo("localhost", use_https=True, port=port, token=TOKEN))
    assert "see use_https" in told


def self_signed(file: Path) -> None:
    """Write a key and a certificate of its own for this machine, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    certificate = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    kinds = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(*kinds) + certificate.public_bytes(serialization.Encoding.PEM))


def test_a_certificate_that_nobody_trusts_is_told(tmp_path: Path):
    self_signed(tmp_path / "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    with answering(b"{}", context) as port:
        told = refused(JupyterConnectionInfo("localhost", use_https=True, port=port, token=TOKEN))
    assert told.endswith("name the file of its authority in SSL_CERT_FILE.")


@contextlib.contextmanager
def answering(body: bytes, context: ssl.SSLContext | None = None, status: int = 200, **headers: str) -> Generator[int]:
    """Something that answers every request alike, and says so to nobody."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with Server(("localhost", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("body", "status", "headers", "words"),
    [
        (b"<html>It works</html>", 200, {}, "something that is not JSON: '<html>It works</html>'"),
        (b"oh, " + TOKEN.encode(), 500, {}, "answers 500: oh, [redacted]"),
        (b"", 302, {"Location": "http://example.com/"}, "sends us elsewhere (302), which is not followed"),
    ],
)
def test_what_is_no_jupyter_server_is_told(body: bytes, status: int, headers: dict[str, str], words: str):
    with answering(body, None, status, **headers) as port:
        told = refused(JupyterConnectionInfo("localhost", use_https=False, port=port, token=TOKEN))
    assert words in told


class Relay:
    """Stands between a program and a server, and can be cut."""

    def __init__(self, port: int) -> None:
        self._target, self._pairs = port, list[socket.socket]()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for each in self._pairs:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._pairs.clear()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                inner, outer = self._listener.accept()[0], socket.create_connection(("127.0.0.1", self._target))
                self._pairs += [inner, outer]
                for pair in ((inner, outer), (outer, inner)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def relay(server: LocalJupyterServer) -> Iterator[Relay]:
    port = server.connection_info.port
    assert port is not None
    relay = Relay(port)
    yield relay
    relay.close()


async def test_a_line_that_breaks_in_a_block_is_an_error_and_the_next_block_finds_the_variables(
    relay: Relay, tmp_path: Path
):
    info = JupyterConnectionInfo("127.0.0.1", use_https=False, port=relay.port, token=TOKEN)
    executor = await asyncio.to_thread(JupyterCodeExecutor, info, output_dir=tmp_path)
    async with asyncio.timeout(15):
        await executor.a_execute_code_blocks([CodeBlock("here = 1", "python")])
        running = asyncio.create_task(
            executor.a_execute_code_blocks([CodeBlock("import time; time.sleep(2)", "python")])
        )
        while not running.done():
            await asyncio.to_thread(time.sleep, 0.05)
            relay.cut()
        with pytest.raises(CodeServerFailed, match="broke in the middle of a block"):
            await running
        assert (await executor.a_execute_code_blocks([CodeBlock("here", "python")])).output == "1\n"
        await executor.a_stop()


def test_a_server_that_goes_in_the_middle_is_an_error_each_time(tmp_path: Path):
    with LocalJupyterServer(work_dir=tmp_path) as server:
        executor = JupyterCodeExecutor(server, output_dir=tmp_path)
        assert run(executor, "40 + 2") == (0, "42\n")
        threading.Timer(0.3, server.stop).start()
        for words in ("broke in the middle of a block", "cannot be reached"):
            with pytest.raises(CodeServerFailed, match=words):
                run(executor, "import time; time.sleep(60)")
        executor.stop()


# Servers that are started here


def test_a_server_here_is_contained_with_its_kernels(lab: JupyterCodeExecutor, monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        reach = f"import socket; socket.create_connection({address!r}, 2)"
        assert run(lab, reach)[0] == 1
    assert run(
        lab, f"import os; os.path.exists({str(Path.home() / '.ssh')!r}), 'PYTEST_CURRENT_TEST' in os.environ"
    ) == (
        0,
        "(False, False)\n",
    )


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda work_dir: LocalJupyterServer(work_dir=work_dir, log_level="LOUD"), ValueError, "log_level='LOUD'"),
        (
            lambda work_dir: LocalJupyterServer(
                work_dir=work_dir,
                virtual_env_context=type("Context", (), {"env_exe": "/usr/bin/python3", "env_dir": "/usr"})(),
            ),
            CodeError,
            "/usr/bin/python3 -m pip install jupyter-server",
        ),
        (lambda _: JupyterCodeExecutor(JupyterConnectionInfo("x", use_https=False), timeout=0), ValueError, "Timeout"),
        (lambda _: JupyterCodeExecutor(cast("Any", "http://x")), ValueError, "must be a JupyterConnectionInfo"),
        (
            lambda _: JupyterCodeExecutor(JupyterConnectionInfo("x", use_https=False), output_dir="/does/not/exist"),
            ValueError,
            "Output directory /does/not/exist does not exist",
        ),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, make: Callable[[Path], Any], error: type[Exception], words: str):
    with pytest.raises(error, match=words):
        make(tmp_path)


def test_an_unknown_kernel_is_named_with_those_that_are_there(server: LocalJupyterServer):
    with pytest.raises(ValueError, match=r"Kernel julia is not installed on the server \(there: .*python3"):
        CodeExecutorFactory.create(
            {"executor": "jupyter", "jupyter": {"jupyter_server": server, "kernel_name": "julia"}}
        )


def test_a_server_in_a_container_needs_an_engine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/engine.sock")
    with pytest.raises(SandboxUnavailable, match="No container engine can be used"):
        DockerJupyterServer()


@pytest.mark.parametrize(
    ("info", "address"),
    [
        (JupyterConnectionInfo("example.org/hub/", use_https=True), "https://example.org/hub"),
        (JupyterConnectionInfo("::1", use_https=False, port=8888), "http://[::1]:8888"),
        (JupyterConnectionInfo("127.0.0.1", use_https=False, port=1), "http://127.0.0.1:1"),
    ],
)
def test_an_address_is_put_together(info: JupyterConnectionInfo, address: str):
    assert (info.address, info.websocket_address) == (address, address.replace("http", "ws", 1))
    assert os.sep not in repr(info).removeprefix("JupyterConnectionInfo(host='example.org/hub/'")
