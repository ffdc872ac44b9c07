"""The selector of a group may have a model of its own, of the program's own client class."""

from __future__ import annotations

from types import SimpleNamespace

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    asked: list[object] = []

    class Selecting:
        def __init__(self, config: dict[str, object], **_: object) -> None:
            self.name = config["model"]

        def create(self, params: dict[str, object]) -> object:
            asked.append([message["role"] for message in params["messages"]])
            message = SimpleNamespace(content="cid", function_call=None, tool_calls=None)
            return SimpleNamespace(choices=[SimpleNamespace(message=message)], model=self.name)

        def message_retrieval(self, response: object) -> list[object]:
            return [choice.message.content for choice in response.choices]

        def cost(self, response: object) -> float:
            return 0.0

        @staticmethod
        def get_usage(response: object) -> dict[str, object]:
            return {}

    def chat(config: object, client: object) -> Outcome:
        asked.clear()
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
        options = {"select_speaker_auto_llm_config": config, "select_speaker_auto_model_client_cls": client}
        manager = api.group(members, max_round=3, speaker_selection_method="auto", **options)
        outcome = api.error(lambda: api.drive("initiate_chat", members[0], manager, message="hello").summary)
        return {"outcome": outcome, "said": api.said(manager), "asked": list(asked)}

    entry = {"model": "own", "model_client_cls": "Selecting"}
    model = api.endpoint(["bob", "ann"])
    return {
        "class": chat({"config_list": [entry], "cache_seed": None}, Selecting),
        "list": chat({"config_list": [entry], "cache_seed": None}, [Selecting]),
        "served": chat(model.llm_config, None),
    }
