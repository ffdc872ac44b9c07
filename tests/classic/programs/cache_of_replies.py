"""With a cache handed to the chat, the same request is answered once."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def client(name: str) -> object:
        config = {"config_list": api.llm_config["config_list"]}
        agent = api.autogen.AssistantAgent(name, llm_config=config, system_message="Help.")
        return agent

    user, assistant = api.user(), client("assistant")
    api.script(assistant, ["first", "second"])
    with api.autogen.Cache.disk(cache_seed="seed", cache_path_root="cache") as cache:
        one = api.drive("initiate_chat", user, assistant, message="go", max_turns=1, cache=cache)
        two = api.drive("initiate_chat", user, assistant, message="go", max_turns=1, cache=cache)
    return {"summaries": [one.summary, two.summary], "calls": api.model_calls(assistant)}
