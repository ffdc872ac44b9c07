"""Where our outcome differs from the classic's on purpose: the value ours must have, and why.

One difference needs no entry. The classic has written sync and async twice, and its async agents run the sync reply
functions after the async ones: they count an auto reply twice, ask the human twice, and call a model that says nothing
twice. Ours has one body, so its async outcome is the classic's *sync* one, unless the program is named in
`ASYNC_OF_ITS_OWN`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MISSING = object()


@dataclass(frozen=True)
class Difference:
    """At `path` in the outcome, ours has `ours`; `MISSING` means that ours has nothing there."""

    path: tuple[str | int, ...]
    ours: Any
    reason: str
    form: str = "all"

    def apply(self, outcome: Any) -> None:
        *way, last = self.path
        for key in way:
            outcome = outcome[key]
        if self.ours is MISSING:
            del outcome[last]
        else:
            outcome[last] = self.ours


ASYNC_OF_ITS_OWN: dict[str, str] = {}
"""Programs whose async form is meant to differ from the sync one, and why."""

FIRST_COST = {
    "scripted": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "cost": 0.25},
    "total_cost": 0.25,
}
EMPTY_MODEL = {
    "raised": "ValueError",
    "says": ["When using OpenAI or Azure OpenAI endpoints, specify a non-empty 'model'"],
}

KNOWN_DIFFERENCES: dict[str, list[Difference]] = {
    "agent_subclass_as_partner": [
        Difference(
            ("as_sender",),
            {"returned": None},
            "An agent with only the members of the protocol may be a sender as well; the classic reads `silent` of it.",
        )
    ],
    "chat_history_of_the_result_is_live": [
        Difference(
            ("after",),
            ["first", "ok", "", "ok"],
            "A result keeps its own history; the classic hands out the agent's list, which the next chat empties.",
        )
    ],
    "chat_of_many_messages": [
        Difference(("outcome",), {"returned": 1201}, "A chat is a loop; the classic calls itself for each message.")
    ],
    "chat_result_cost_of_a_second_chat": [
        Difference(
            ("second",),
            {"usage_including_cached_inference": FIRST_COST, "usage_excluding_cached_inference": FIRST_COST},
            "The cost of a result is this chat's; the classic's is the client's since it was made.",
        )
    ],
    "code_refused_in_a_chat": [
        Difference(
            ("outcome",),
            {"returned": ["go", "```sh\nrm -rf ./nothing\n```", True, "sorry"]},
            "A refused command is told to the model; in the classic the ValueError ends the chat.",
        )
    ],
    "context_and_the_model": [
        Difference(
            ("histories", "assistant", "user", 0),
            {"content": "go", "context": {"a": 1}, "name": "user", "role": "user"},
            "The context stays in the history; the classic's first model call takes it out.",
        )
    ],
    "human_interrupts": [
        Difference(
            ("EOFError", "raised"),
            None,
            "End of input means that nobody is there: the chat ends as with exit, without an exception.",
        )
    ],
    "llm_config_errors": [
        Difference(("empty_model",), EMPTY_MODEL, "An empty model is refused wherever it stands."),
        Difference(("empty_model_key",), EMPTY_MODEL, "As above; the classic fails later, on the missing key."),
    ],
    "message_of_a_wrong_type": [
        Difference(
            (repr(["text"]), form), {"raised": "TypeError", "says": []}, "A wrong type is a TypeError, a list too."
        )
        for form in ("sent", "chat")
    ],
    "register_function_map_errors": [
        Difference(
            ("remove_unknown",),
            {"returned": ["UserWarning"]},
            "Removing what is not there is a warning; the classic gives the name where the category belongs.",
        )
    ],
    "register_reply_triggers": [
        Difference(
            ("none",),
            {"plain": "default", "special": "default"},
            "None is a trigger, for replies without a sender; the classic documents it and refuses it.",
        )
    ],
    "register_reply_without_sender": [
        Difference(("none",), {"returned": "registered"}, "As for the triggers with one.")
    ],
    "sequence_errors": [
        Difference(
            ("results_before",), {"returned": []}, "Before any chat there are no results; not an AttributeError."
        )
    ],
    "sequence_leaves_the_entries_alone": [
        Difference(
            ("second",), "two\nContext: \nmine\nok", "The caller's entries are not written to, so nothing doubles."
        ),
        Difference(("keys",), [["message", "recipient"], ["carryover", "message", "recipient"]], "As above."),
    ],
    "sequence_with_a_circle": [
        Difference(
            ("outcome",),
            {"raised": "ValueError", "says": []},
            "Chats that wait for one another are a mistake of the caller; the classic runs none and says nothing.",
        )
    ],
    "summary_args_are_not_shared": [
        Difference(("seen",), [{}, {}], "Default arguments are made for each chat; the classic shares one dict.")
    ],
    "summary_args_of_the_caller": [Difference(("given",), {"depth": 1}, "The caller's dict is not written to.")],
    "tool_registered_after_the_custom_client": [
        Difference(
            ("outcome",),
            {"returned": "hello"},
            "A tool may be registered at any time; the classic makes a new client and forgets the custom one.",
        )
    ],
}
