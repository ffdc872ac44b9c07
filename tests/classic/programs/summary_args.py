"""The prompt of the reflection and the role of its message can be given."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def summarised(**summary_args: object) -> Outcome:
        user, assistant = api.user(), api.assistant("assistant", ["hello", "the summary"])
        chat = lambda: (
            api.drive(
                "initiate_chat",
                user,
                assistant,
                message="go",
                max_turns=1,
                summary_method="reflection_with_llm",
                summary_args=summary_args,
            ).summary
        )
        outcome = api.error(chat, "summary_prompt must be a string", "must be a string")
        return {"outcome": outcome, "sent": api.sent_to_model(assistant)[1:]}

    return {
        "prompt": summarised(summary_prompt="In one word."),
        "role": summarised(summary_prompt="In one word.", summary_role="user"),
        "prompt_of_wrong_type": summarised(summary_prompt=3),
        "role_of_wrong_type": summarised(summary_role=3),
        "unknown_key": summarised(unknown="x"),
    }
