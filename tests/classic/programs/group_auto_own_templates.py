"""The prompts of the selection can be the program's own; one of them may be left out."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def sent(*answers: str, **options: object) -> Outcome:
        members = [
            api.agent(name, default_auto_reply=f"I am {name}.", description=f"The {name}.")
            for name in ("ann", "bob", "cid")
        ]
        model = api.endpoint(answers)
        options |= {"max_round": 3, "speaker_selection_method": "auto"}
        manager = api.group(members, {"llm_config": model.llm_config}, **options)
        api.drive("initiate_chat", members[0], manager, message="hello")
        return {
            "sent": api.labelled(model.sent, {"prompt": manager.groupchat.select_speaker_prompt(members)}),
            "said": api.said(manager),
            "prompt": manager.groupchat.select_speaker_prompt_template is None,
        }

    message = {"select_speaker_message_template": "Roles:\n{roles}\nNames: {agentlist}"}
    return {
        "message": sent("bob", "cid", **message),
        "prompt": sent("bob", "cid", **message, select_speaker_prompt_template="Which of {agentlist}?"),
        "no_prompt": sent("bob", "cid", **message, select_speaker_prompt_template=None),
        "empty_prompt": sent("bob", "cid", **message, select_speaker_prompt_template=""),
        "no_prompt_and_retry": sent(
            "?",
            "bob",
            "cid",
            **message,
            select_speaker_prompt_template=None,
            select_speaker_auto_none_template="None of {agentlist}",
        ),
        "user": sent("bob", "cid", **message, role_for_select_speaker_messages="user"),
        "again": sent(
            "?",
            "bob cid",
            "bob",
            "cid",
            **message,
            select_speaker_auto_none_template="One of {agentlist}!",
            select_speaker_auto_multiple_template="Only one of {agentlist}!",
        ),
        "no_fields": sent(
            "bob", "cid", select_speaker_message_template="Choose.", select_speaker_prompt_template="Who?"
        ),
    }
