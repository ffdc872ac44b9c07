"""Several members have the tool: the usual choice among them."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(method: str, *answers: str) -> Outcome:
        call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
        ann = api.agent("ann", default_auto_reply={"content": "let me see", "tool_calls": [call]})
        others = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("bob", "cid", "dan")]
        for number, member in enumerate(others[1:]):
            member.register_function({"add": lambda a, number=number: a + 10 * number})
        model = api.endpoint(answers)
        options = {"max_round": 3, "speaker_selection_method": method, "select_speaker_message_template": "{agentlist}"}
        manager = api.group([ann, *others], {"llm_config": model.llm_config if answers else False}, **options)
        api.drive("initiate_chat", others[2], manager, message="hello")
        return {"said": api.said(manager), "systems": [request[0]["content"] for request in model.sent]}

    return {"round_robin": chat("round_robin"), "auto": chat("auto", "ann", "dan")}
