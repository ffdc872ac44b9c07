"""What the selecting model sees of tool calls and their results."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    caller = api.agent("caller", default_auto_reply={"content": "let me see", "tool_calls": [call]})
    runner = api.agent("runner", function_map={"add": lambda a: a + 1})
    last = api.agent("last", default_auto_reply="done")
    model = api.endpoint(["caller", "runner", "last"])
    options = {"max_round": 4, "speaker_selection_method": "auto", "func_call_filter": False}
    manager = api.group([caller, runner, last], {"llm_config": model.llm_config}, **options)
    api.drive("initiate_chat", last, manager, message="hello")
    groupchat = manager.groupchat
    labels = {"message": groupchat.select_speaker_msg(), "prompt": groupchat.select_speaker_prompt()}
    return {"sent": api.labelled(model.sent, labels), "said": api.said(manager)}
