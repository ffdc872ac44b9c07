"""The number of requests for one choice is bounded; then it is the next in the list."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chosen(retries: int) -> list[object]:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob", "cid")]
        model = api.endpoint(["nobody"] * 10)
        options = {"max_retries_for_selecting_speaker": retries, "speaker_selection_method": "auto", "max_round": 2}
        manager = api.group(members, {"llm_config": model.llm_config}, **options)
        api.drive("initiate_chat", members[1], manager, message="hello")
        return [manager.groupchat.messages[-1]["name"], len(model.sent)]

    return {str(retries): chosen(retries) for retries in (0, 1, 2, 5)}
