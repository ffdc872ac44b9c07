"""A cache given to a chat answers for the models of both, and is gone afterwards."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    kind = api.autogen.Cache

    def chat(cache: object, *replies: str) -> Outcome:
        config = {"config_list": api.llm_config["config_list"]}
        assistant = api.autogen.AssistantAgent("assistant", llm_config=config, system_message="Help.")
        api.script(assistant, replies)
        user = api.user()
        result = user.initiate_chat(assistant, message="hello", max_turns=1, cache=cache, summary_args={})
        return {
            "texts": api.texts(result.chat_history),
            "requests": api.model_calls(assistant),
        }

    with kind.disk(cache_seed=5) as cache:
        first, second = chat(cache, "one"), chat(cache, "two")
    with kind.disk(cache_seed=6) as cache:
        third = chat(cache, "three")
    with kind.disk(cache_seed=5) as cache:
        again = chat(cache, "four")
    return {"first": first, "second": second, "third": third, "again": again}
