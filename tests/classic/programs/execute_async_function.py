"""An async function given to the synchronous method does not run."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    async def slow() -> str:
        return "slow"

    user = api.user(function_map={"slow": slow})
    ok, reply = api.wait(user.a_execute_function({"name": "slow", "arguments": "{}"}))
    sync_ok, sync_reply = user.execute_function({"name": "slow", "arguments": "{}"})
    return {"async": [ok, reply], "sync": [sync_ok, sync_reply["content"].startswith("<coroutine object")]}
