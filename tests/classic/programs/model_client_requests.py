"""What a custom client is given: the whole entry at its making, messages and settings at a call."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    seen: Outcome = {}

    class Client:
        def __init__(self, config: dict[str, object], **extra: object) -> None:
            seen["config"], seen["extra"] = dict(config), extra

        def create(self, params: dict[str, object]) -> object:
            seen["params"] = {key: value for key, value in params.items() if key != "cache"}
            return type("Response", (), {"choices": [], "model": "m"})()

        def message_retrieval(self, response: object) -> list[str]:
            return ["hello"]

        def cost(self, response: object) -> float:
            return 0.5

        @staticmethod
        def get_usage(response: object) -> dict[str, object]:
            return {}

    entry = {"model": "m", "model_client_cls": "Client", "device": "cpu", "params": {"top_k": 3}}
    config = {"config_list": [entry], "temperature": 0.5, "cache_seed": None}
    assistant = api.autogen.AssistantAgent("assistant", llm_config=config, system_message="Help.")
    assistant.register_model_client(model_client_cls=Client, loaded="yes")
    reply = api.drive("generate_reply", assistant, [{"role": "user", "content": "hi"}])
    return {"reply": reply, "seen": seen}
