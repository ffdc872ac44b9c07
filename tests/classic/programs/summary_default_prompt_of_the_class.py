"""The default prompt is a class attribute that a subclass may change."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Brief(api.autogen.AssistantAgent):
        DEFAULT_SUMMARY_PROMPT = "Brief!"

    def last_request(sender: object, recipient: object, thinker: object) -> object:
        api.drive("initiate_chat", sender, recipient, message="go", max_turns=1, summary_method="reflection_with_llm")
        return api.sent_to_model(thinker)[-1][-1]

    brief = Brief("brief", llm_config=api.llm_config)
    api.script(brief, ["ok", "summary", "summary"])
    plain = api.assistant("plain", ["ok", "summary"])
    return {
        "of_recipient": last_request(api.user(), brief, brief),
        "of_sender": last_request(brief, plain, plain),
        "default": api.autogen.ConversableAgent.DEFAULT_SUMMARY_PROMPT,
        "default_method": api.autogen.ConversableAgent.DEFAULT_SUMMARY_METHOD,
    }
