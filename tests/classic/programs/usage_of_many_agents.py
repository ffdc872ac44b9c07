"""What several agents cost together."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "cost": 0.25}
    ann, bob = (api.autogen.AssistantAgent(name, llm_config=api.llm_config) for name in ("ann", "bob"))
    api.script(ann, ["a1", "a2"], usage)
    api.script(bob, ["b1"], usage | {"model": "other", "cost": 1.0})
    message = [{"role": "user", "content": "x"}]
    gather = api.autogen.gather_usage_summary
    before = gather([ann, bob])
    for agent in (ann, ann, bob):
        agent.generate_reply(message)
    after = gather([ann, bob, api.user()])
    of_one = gather([ann, ann])
    printed = api.error(lambda: ann.print_usage_summary())
    ann.client.clear_usage_summary()
    return {
        "before": before,
        "after": after,
        "twice": of_one,
        "printed": printed,
        "cleared": gather([ann]),
        "nobody": gather([]),
    }
