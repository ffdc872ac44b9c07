"""A custom client must be registered, under its own name, before it is used."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Client:
        def __init__(self, config: dict[str, object], **_: object) -> None:
            pass

        def create(self, params: dict[str, object]) -> object:
            return type("Response", (), {"choices": [], "model": "m"})()

        def message_retrieval(self, response: object) -> list[str]:
            return ["hello"]

        def cost(self, response: object) -> float:
            return 0.5

        @staticmethod
        def get_usage(response: object) -> dict[str, object]:
            return {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cost": 0.5, "model": "m"}

    class Other(Client):
        pass

    def wrapper(*names: str) -> object:
        return api.autogen.OpenAIWrapper(
            config_list=[{"model": "m", "model_client_cls": name} for name in names], cache_seed=None
        )

    def used(client: object) -> Outcome:
        return api.error(lambda: client.create(messages=[{"role": "user", "content": "x"}]).cost, "are not activated")

    unregistered, good, twice = wrapper("Client"), wrapper("Client"), wrapper("Client", "Client")
    good.register_model_client(Client)
    twice.register_model_client(Client)
    half = api.error(lambda: twice.create(messages=[]).cost)
    wrong = api.error(
        lambda: wrapper("Client").register_model_client(Other),
        'Model client "Other" is being registered but was not found in the config_list.',
    )
    again = api.error(lambda: good.register_model_client(Client))
    response = good.create(messages=[{"role": "user", "content": "x"}])
    return {
        "unregistered": used(unregistered),
        "good": used(good),
        "one_of_two": half,
        "wrong": wrong,
        "again": again,
        "texts": good.extract_text_or_completion_object(response),
        "usage": good.total_usage_summary,
    }
