"""What the adapter keeps to itself and within bounds: keys, memory, cookies, time."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import tracemalloc
import zlib

import pytest

from autogen import AssistantAgent, UserProxyAgent, register_function
from autogen.errors import IncompleteReply, ModelRejected, ModelTimeout, ModelUnavailable, NoModel, NotAuthorised
from autogen.models.client import ModelRequest
from autogen.models.environment import config_from_environment
from autogen.models.factory import model_from_config
from tests.models.asking import KEY, ask, config
from tests.servers.openai_server import (
    ForEver,
    Hang,
    OpenAIServer,
    Reset,
    chunk,
    http,
    reply,
    status,
    stream,
    tool_call,
)

MEGABYTE = 1_000_000
LONG = {"connect": 10, "first_byte": 10, "idle": 10, "overall": 20}


@pytest.mark.parametrize("code", [200, 500])
async def test_a_bomb_of_200_megabytes_costs_bounded_memory(code: int) -> None:
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(200)) + packer.flush()
    with OpenAIServer(http(bomb, code, {"content-encoding": "gzip"})) as server:
        with pytest.raises(Exception, match="stub at 127"):  # loads what is loaded once
            await ask(server.url)
        tracemalloc.start()
        try:
            with pytest.raises(Exception, match="stub at 127"):
                await ask(server.url)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 40 * MEGABYTE


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_the_key_stays_here(code: int) -> None:
    with OpenAIServer() as elsewhere:
        away = http(b"", code, {"location": f"{elsewhere.url}/chat/completions"})
        with OpenAIServer(away) as server, pytest.raises(ModelRejected, match=f"redirects to {elsewhere.url}"):
            await ask(server.url)
    assert elsewhere.requests == []


async def test_a_redirect_that_names_the_key_does_not_show_it() -> None:
    away = http(b"", 307, {"location": f"http://evil.example/?key={KEY}"})
    with OpenAIServer(away) as server, pytest.raises(ModelRejected) as caught:
        await ask(server.url)
    assert KEY not in str(caught.value)


async def test_cookies_are_not_kept() -> None:
    good = http(b'{"choices": [{"message": {"content": "Hi"}}]}', headers={"set-cookie": "who=me; path=/"})
    with OpenAIServer(good) as server:
        await ask(server.url)
        await ask(server.url)
    assert ["cookie" in received.headers for received in server.requests] == [False, False]


async def test_keys_in_headers_of_the_user_are_hidden_too() -> None:
    secret = "planted-header-secret-1"
    with OpenAIServer(status(400, f"odd: {secret}")) as server, pytest.raises(ModelRejected) as caught:
        await ask(server.url, default_headers={"x-gateway-key": secret})
    assert "odd: [key hidden]" in str(caught.value)


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
async def test_no_log_line_shows_the_key(level: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(level)
    with OpenAIServer(status(500, f"key {KEY}"), reply()) as server:
        await ask(server.url, max_retries=1)
    assert KEY not in caplog.text


@pytest.mark.parametrize("key", ["kürzel-ключ-0123", "line\nbreak-0123456", "nul\x00-0123456789"])
async def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(key: str) -> None:
    with OpenAIServer() as server, pytest.raises(NotAuthorised, match="no header can carry") as caught:
        await ask(server.url, api_key=key)
    assert key not in str(caught.value)
    assert key.encode("unicode_escape").decode() not in str(caught.value)


async def test_a_server_that_does_not_let_us_connect_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for queued in waiting:  # fill the queue of those who wait to be accepted
            queued.setblocking(False)
            queued.connect_ex(address)
        try:
            with pytest.raises(ModelTimeout, match=r"the connect limit of 0\.2 s fired"):
                await ask(f"http://127.0.0.1:{address[1]}/v1", timeout={**LONG, "connect": 0.2})
        finally:
            for queued in waiting:
                queued.close()


async def test_a_port_where_nobody_listens_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ModelUnavailable, match="could not be reached"):
        await ask(f"http://127.0.0.1:{port}/v1")


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/v1", "http://", "127.0.0.1:8000/v1", "http://[::1"])
async def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ModelRejected, match="Check 'base_url'"):
        await ask(address)


async def test_cancelling_a_call_ends_it_at_once_and_the_next_one_works() -> None:
    with OpenAIServer([Hang()], reply("Back.")) as server:
        task = asyncio.ensure_future(ask(server.url))
        await asyncio.to_thread(server.wait_for_requests, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await ask(server.url)).message.get("content") == "Back."


async def test_what_had_arrived_of_a_broken_stream_is_on_the_error() -> None:
    call = {"index": 0, "id": "c", "type": "function", "function": {"name": "pay", "arguments": '{"all": true}'}}
    heard: list[tuple[str, str]] = []
    with (
        OpenAIServer(
            stream(chunk({"content": "Half "}), chunk({"content": "a"}), chunk({"tool_calls": [call]}), Reset())
        ) as server,
        pytest.raises(IncompleteReply) as caught,
    ):
        await ask(server.url, heard=heard)
    assert caught.value.partial == {"role": "assistant", "content": "Half a"}
    assert heard == [("content", "Half "), ("content", "a"), ("tool_call", '{"all": true}')]


async def test_a_kept_connection_is_used_again_and_a_broken_one_is_not() -> None:
    with OpenAIServer(reply(), reply(), [Reset()], reply()) as server:
        model = model_from_config(config(server.url))
        for outcome in (None, None, ModelUnavailable, None):
            request = ModelRequest([{"role": "user", "content": "Hi"}])
            if outcome is None:
                await model.create(request)
                continue
            with pytest.raises(outcome):
                await model.create(request)
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (http(b"[]"), "lists no models"),
        (http(b'{"data": []}'), "lists no models"),
        (http(b'{"data": [{"id": 7}]}'), "lists no models"),
        (http(b"<html>"), "not JSON"),
        (http(b"{}", 404), "HTTP 404"),
        ([http(b"", headers={"content-length": ""}), ForEver(b" " * 65_536)], "cap of"),
        ([http(b"", headers={"content-length": "99"}), ForEver(b" ", 0.02)], "overall limit of 2 s"),
        ([Hang()], "first-byte limit of 0.5 s"),
        ([Reset()], "broke"),
    ],
)
async def test_a_list_of_models_that_is_wrong_is_told(answer: object, wanted: str) -> None:
    with OpenAIServer(answer, models=None) as server:  # type: ignore[arg-type]
        chosen = {
            **config_from_environment({"OPENAI_BASE_URL": server.url}),
            "timeout": {**LONG, "first_byte": 0.5, "overall": 2},
            "max_retries": 0,
        }
        with pytest.raises((NoModel, Exception), match=wanted) as caught:
            await model_from_config(chosen).create(ModelRequest([{"role": "user", "content": "Hi"}]))
    assert type(caught.value).__module__ == "autogen.errors"


async def test_an_error_body_that_drips_is_cut_by_the_overall_limit() -> None:
    slow = [http(b"", 503, {"content-length": "9999"}), ForEver(gzip.compress(b"")[:1], 0.02)]
    with OpenAIServer(slow) as server, pytest.raises(ModelTimeout, match="limit of"):
        await ask(server.url, timeout={**LONG, "overall": 0.6})


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_no_tool_runs_that_a_reply_asks_for_which_is_not_whole(reason: str, streams: bool) -> None:
    ran: list[int] = []

    def pay(amount: int) -> str:
        ran.append(amount)
        return "paid"

    cut = reply("", tool_calls=[tool_call("pay", amount=5)], finish_reason=reason)
    with OpenAIServer(cut, reply("TERMINATE")) as server:
        assistant = AssistantAgent("assistant", llm_config=config(server.url, stream=streams))
        user = UserProxyAgent(
            "user", human_input_mode="NEVER", code_execution_config=False, max_consecutive_auto_reply=2
        )
        register_function(pay, caller=assistant, executor=user, description="Pay.")
        user.initiate_chat(assistant, message="Pay 5", silent=True)
    assert ran == []
    assert len(server.requests) > 1, "the model was not told"
