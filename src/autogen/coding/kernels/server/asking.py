"""Questions to a Jupyter server over HTTP, and in clear words why one was not answered.

The interface: https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html (2026-11).
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from autogen.core.sync import on_background_loop
from autogen.errors import CodeServerFailed

if TYPE_CHECKING:
    from autogen.coding.kernels.server.connection import JupyterConnectionInfo

_ANSWER_S, _CONNECT_S = 60.0, 10.0  # starting a kernel takes a server some seconds
_START_S, _LOOK_S = 60.0, 0.1
_SHOWN = 200


async def ask(info: JupyterConnectionInfo, method: str, path: str, body: object = None) -> Any:
    """Return what a server answers, read from JSON; `None` for an empty answer.

    Raises:
        CodeServerFailed: it is away, refuses or answers something odd.
    """
    return await on_background_loop(_answer_of, info, method, path, body)


async def _answer_of(info: JupyterConnectionInfo, method: str, path: str, body: object) -> Any:
    import httpx2  # noqa: PLC0415 - heavy, and only for servers

    try:
        async with httpx2.AsyncClient(
            verify=info.use_https,
            trust_env=not info.is_here,
            timeout=httpx2.Timeout(_ANSWER_S, connect=_CONNECT_S),
        ) as http:
            answer = await http.request(method, f"{info.address}/api/{path}", json=body, headers=info.headers)
    except httpx2.HTTPError as error:
        raise CodeServerFailed(unreachable(info, error)) from error
    if not answer.is_success:
        raise CodeServerFailed(_refusal(info, answer.status_code, answer.text), status=answer.status_code)
    try:
        return answer.json() if answer.content else None
    except ValueError as error:
        raise CodeServerFailed(
            f"{info.address} answers {method} /api/{path} with something that is not JSON: "
            f"{answer.text[:_SHOWN]!r}. Is this a Jupyter server?"
        ) from error


def path_of(kernel_id: str, action: str = "") -> str:
    """Return the path of a kernel, or of something to be done to it."""
    return f"kernels/{quote(kernel_id, safe='')}{action and f'/{action}'}"


async def has_kernel(info: JupyterConnectionInfo, kernel_id: str) -> bool:
    """Tell whether a server has a kernel."""
    return any(kernel.get("id") == kernel_id for kernel in await ask(info, "GET", "kernels"))


async def wait_until_it_answers(info: JupyterConnectionInfo) -> None:
    """Wait for a server that has just been started.

    Raises:
        CodeServerFailed: it refuses, or does not answer in time.
    """
    deadline = asyncio.get_running_loop().time() + _START_S
    while True:
        try:
            await ask(info, "GET", "kernelspecs")
        except CodeServerFailed as error:
            if error.status is not None or asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(_LOOK_S)
        else:
            return


def unreachable(info: JupyterConnectionInfo, error: BaseException) -> str:
    """Return what to say where a server cannot be reached, and what to do."""
    what = without_token(info, str(error)) or type(error).__name__
    if "CERTIFICATE" in what or isinstance(error.__cause__, ssl.SSLError):
        cure = "Its certificate is not trusted here: name the file of its authority in SSL_CERT_FILE."
    elif "SSL" in what or "record layer" in what:
        cure = "One side speaks TLS and the other does not: see use_https."
    else:
        cure = f"Is it running, are host and port right, and does it {'' if info.use_https else 'not '}speak TLS?"
    return f"the Jupyter server at {info.address} cannot be reached ({what}). {cure}"


def without_token(info: JupyterConnectionInfo, text: str) -> str:
    """Return a text in which the token does not stand."""
    return text.replace(info.token, "[redacted]") if info.token else text


def _refusal(info: JupyterConnectionInfo, status: int, said: str) -> str:
    if status in {401, 403}:
        given = "the token is wrong" if info.token else "it wants a token, and none is given"
        return f"the Jupyter server at {info.address} refuses ({status}): {given}."
    if status in range(300, 400):
        return (
            f"the Jupyter server at {info.address} sends us elsewhere ({status}), which is not followed: "
            f"the token is for this server. Give the address that it really has."
        )
    words = without_token(info, said)[:_SHOWN]
    return f"the Jupyter server at {info.address} answers {status}: {words}"
