"""A cache given to a chat with a group answers for its members too."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(cache: object) -> Outcome:
        config = {"config_list": api.llm_config["config_list"]}
        members = [
            api.autogen.AssistantAgent(name, llm_config=config, system_message="Help.") for name in ("ann", "bob")
        ]
        for member in members:
            api.script(member, [f"{member.name} speaks"])
        manager = api.group(members, max_round=3)
        api.drive("initiate_chat", api.user(), manager, message="hello", cache=cache, summary_args={})
        return {
            "said": api.said(manager),
            "requests": [api.model_calls(member) for member in members],
        }

    with api.autogen.Cache.disk(cache_seed=f"group {api.form}") as cache:
        first, second = chat(cache), chat(cache)
    return {"first": first, "second": second}
