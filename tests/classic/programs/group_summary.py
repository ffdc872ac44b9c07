"""Each way to sum up a chat with a group."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(method: object, **options: object) -> Outcome:
        ann, bob = api.assistant("ann", ["ann 1", "ann 2"]), api.assistant("bob", ["bob 1 TERMINATE", "bob in short"])
        manager = api.group([ann, bob], {"llm_config": api.llm_config}, max_round=3)
        api.script(manager, ["in short"])
        starter = ann if options.pop("member", False) else api.user()
        result = api.drive("initiate_chat", starter, manager, message="hello", summary_method=method, **options)
        return {
            "summary": result.summary,
            "sent": api.sent_to_model(manager),
            "ann": len(api.requests(ann)),
            "said": api.said(manager),
        }

    def by_count(sender: object, recipient: object, args: object) -> str:
        return f"{sender.name} {recipient.name} {len(recipient.groupchat.messages)} {args.get('x')}"

    return {
        "last": chat("last_msg"),
        "last_of_a_member": chat("last_msg", member=True),
        "reflection": chat("reflection_with_llm"),
        "reflection_of_a_member": chat("reflection_with_llm", member=True),
        "prompt": chat("reflection_with_llm", summary_args={"summary_prompt": "Shorter!"}),
        "callable": chat(by_count, summary_args={"x": 1}),
        "none": chat(None),
    }
