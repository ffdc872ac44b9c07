"""Where our outcome differs from the classic's on purpose: the value ours must have, and why.

One difference needs no entry. The classic has written sync and async twice, and its async agents run the sync reply
functions after the async ones: they count an auto reply twice, ask the human twice, and call a model that says nothing
twice. Ours has one body, so its async outcome is the classic's *sync* one, unless the program is named in
`ASYNC_OF_ITS_OWN`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

MISSING = object()


@dataclass(frozen=True)
class Difference:
    """At `path` in the outcome (empty: all of it), ours has `ours`; `MISSING` means that ours has nothing there."""

    path: tuple[str | int, ...]
    ours: Any
    reason: str
    form: str = "all"

    def applied(self, outcome: Any) -> Any:
        """Return the outcome with this difference."""
        if not self.path:
            return self.ours
        *way, last = self.path
        holder = outcome
        for key in way:
            holder = holder[key]
        if self.ours is MISSING:
            del holder[last]
        else:
            holder[last] = self.ours
        return outcome


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

OWN_SENTENCES = {
    "Summarize the takeaway from the conversation. Do not add any introductory phrases.": (
        "Sum up what the conversation above arrived at, in a few sentences. "
        "Leave out greetings and thanks, and do not add anything that was not said."
    ),
}
"""Sentences of the classic that ours says in its own words."""


def in_own_words(value: Any) -> Any:
    """Return an outcome with the classic's sentences replaced by ours."""
    if isinstance(value, str):
        return OWN_SENTENCES.get(value, value)
    if isinstance(value, list):
        return [in_own_words(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: in_own_words(item) for key, item in cast("dict[str, Any]", value).items()}
    return value


EXTRA_KEPT = (
    "A message keeps all its keys, so that a program's own ones travel; the classic drops those it does not know."
)

IN_ORDER = "Messages stay in their order; the classic puts the newest but one after the newest."
HELP = {"content": "Help.", "role": "system"}


def _said(text: str) -> dict[str, str]:
    speaker = "user" if text.lower() == "go on" else "assistant"
    return {"content": text, "name": speaker, "role": speaker}


FENCES = (
    "Blocks are found by the rules of Markdown, in all the shapes that models write: any fence, any language, its "
    "indentation taken off, and an end that is missing."
)
ONE_RULE_FOR_NAMES = "A block's first line may name its file, whatever the language and the executor."
PRINTED_IS_TOLD = "What the code printed before it failed or was stopped is told to the model, after the error."


def _replied(exit_code: int, output: str) -> str:
    """Return the reply about code that ran."""
    verdict = "succeeded" if exit_code == 0 else "failed"
    return f"exitcode: {exit_code} (execution {verdict})\nCode output: {output}"


NO_ARGUMENTS = "A model that writes no arguments means none; for the classic they are bad JSON."
NAME_MISSING = "Error: program.<locals>.<lambda>() missing 1 required positional argument: 'name'"

KNOWN_DIFFERENCES: dict[str, list[Difference]] = {
    "agent_attributes": [
        Difference(
            ("assistant", "llm_config"),
            {},
            "An assistant without a configuration takes its model from the environment: the four lines must run.",
        )
    ],
    "agent_subclass_as_partner": [
        Difference(
            ("as_sender",),
            {"returned": None},
            "An agent with only the members of the protocol may be a sender as well; the classic reads `silent` of it.",
        ),
        Difference(("histories", "user", "minimal", 1, "extra"), 1, EXTRA_KEPT),
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
    "chat_result_fields": [
        Difference(("empty", 1), [], "A result without a chat has an empty history, which can be iterated over."),
        Difference(
            ("empty", 3),
            {
                "usage_including_cached_inference": {"total_cost": 0},
                "usage_excluding_cached_inference": {"total_cost": 0},
            },
            "A result without a chat cost nothing, in the shape of any other.",
        ),
        Difference(("empty", 4), [], "As for the history."),
    ],
    "clear_history_method": [
        Difference(
            ("preserve_one", "user", "one"),
            [{"content": "1", "role": "user", "name": "one"}],
            "The messages to preserve are kept for one partner too; the classic warns, and clears all of them.",
        )
    ],
    "code_config_kinds": [
        Difference(
            ("work_dir", "returned"),
            [True, False],
            "Every way to run code is an executor, the one behind a work dir too.",
        )
    ],
    "code_extractor": [
        Difference(("indented",), [["python", "print(1)"]], FENCES),
        Difference(("language_with_plus",), [["c++", "int x;"]], FENCES),
        Difference(("tildes",), [["python", "print(1)"]], FENCES),
        Difference(("unfinished",), [["python", "print(1)\n"]], FENCES),
    ],
    "code_filename": [
        Difference(("replies", "name_only", 1, "returned"), _replied(0, "\nonly.py\n"), ONE_RULE_FOR_NAMES),
        Difference(("work_dir_files",), ["named.py", "named.sh", "only.py"], ONE_RULE_FOR_NAMES),
    ],
    "code_last_n_messages": [
        Difference(
            ("executor", "0"),
            {"returned": "nothing to run"},
            "The last 0 messages are none, as in the classic with a work dir; with an executor they were all.",
        )
    ],
    "code_refused_in_a_chat": [
        Difference(
            ("outcome",),
            {"returned": ["go", "```sh\nrm -rf ./nothing\n```", True, "sorry"]},
            "A refused command is told to the model; in the classic the ValueError ends the chat.",
        )
    ],
    "code_replies": [
        Difference(("failure", "work_dir", "returned"), _replied(3, "\nbefore\n"), PRINTED_IS_TOLD),
        Difference(("shell_failure", "work_dir", "returned"), _replied(2, "\nhello\n"), PRINTED_IS_TOLD),
        Difference(("two_blocks_first_fails", "work_dir", "returned"), _replied(1, "\none\n"), PRINTED_IS_TOLD),
        Difference(("indented_fence", "executor", "returned"), _replied(0, "indented\n"), FENCES),
        Difference(("indented_fence", "work_dir", "returned"), _replied(0, "\nindented\n"), FENCES),
    ],
    "code_timeout": [Difference(("executor",), _replied(124, "started\nTimeout"), PRINTED_IS_TOLD)],
    "code_timeout_of_the_work_dir": [Difference(("reply",), _replied(1, "\nstarted\nTimeout"), PRINTED_IS_TOLD)],
    "code_traceback": [
        Difference(
            ("work_dir",),
            _replied(
                1,
                '\nTraceback (most recent call last):\n  File "broken.py", line 3, in <module>\n    1 / 0\n'
                "ZeroDivisionError: division by zero\nbefore\n",
            ),
            PRINTED_IS_TOLD,
        )
    ],
    "code_with_user_functions": [
        Difference(
            ("prompt",),
            "You have access to the following user defined functions. They can be accessed from the module called "
            "`functions` by their function names.\n\nFor example, if there was a function called `foo` you could "
            "import it by writing `from functions import foo`\n\n"
            'def add_two(a: int, b: int) -> int:\n    """Add two numbers."""\n    ...',
            "The stub has the function's signature as it is written, without quotes around postponed annotations.",
        )
    ],
    "context_and_the_model": [
        Difference(
            ("histories", "assistant", "user", 0),
            {"content": "go", "context": {"a": 1}, "name": "user", "role": "user"},
            "The context stays in the history; the classic's first model call takes it out.",
        )
    ],
    "function_utils_models": [
        Difference(("a_model",), {"returned": 9}, "An argument that is its model already is taken as it is.")
    ],
    "generate_init_message": [
        Difference(
            ("none",), {"raised": "TypeError", "says": []}, "A number is no message, and is refused where it is given."
        )
    ],
    "extract_code": [Difference(("found", "indented"), [["python", "print(1)"]], FENCES)],
    "hook_registration_errors": [
        Difference(
            ("kinds",),
            [
                "a_process_all_messages_before_reply",
                "a_process_last_received_message",
                "a_process_message_before_send",
                "process_all_messages_before_reply",
                "process_last_received_message",
                "process_message_before_send",
            ],
            "The hooks for async functions, which the last versions of 0.2 brought, are there as well.",
        )
    ],
    "human_input_mode_unknown": [
        Difference(("made",), {"raised": "ValueError", "says": []}, "A mode that does not exist is refused at once.")
    ],
    "human_input_overridden": [
        Difference(
            ("result", "human_input"),
            ["typed", "exit"],
            "What a human said is in the result, by whichever way the human was asked.",
        )
    ],
    "execute_async_function": [
        Difference(
            ("sync", 1), False, "The sync method runs an async function; the classic answers with its coroutine."
        )
    ],
    "execute_function": [
        Difference(
            ("arguments_as_dict", "returned"),
            [True, {"content": "5", "name": "up", "role": "function"}],
            "Arguments that are a dict already are taken as they are; the classic takes them for bad JSON.",
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
        Difference(
            ("empty_dict",),
            {"returned": False},
            "An empty configuration leaves the model to the environment, at the first call.",
        ),
    ],
    "message_dict": [
        Difference(("histories", "other", "user", 0, "extra"), "dropped", EXTRA_KEPT),
        Difference(("histories", "user", "other", 0, "extra"), "dropped", EXTRA_KEPT),
        Difference(("result", "chat_history", 0, "extra"), "dropped", EXTRA_KEPT),
    ],
    "model_reply_keys": [
        Difference(("histories", "other", "user", 1, "extra"), 1, EXTRA_KEPT),
        Difference(("result", "chat_history", 1, "extra"), 1, EXTRA_KEPT),
    ],
    "message_of_a_wrong_type": [
        Difference(
            (repr(["text"]), form), {"raised": "TypeError", "says": []}, "A wrong type is a TypeError, a list too."
        )
        for form in ("sent", "chat")
    ],
    "register_for_llm_errors": [
        Difference(("not_a_function", "raised"), "TypeError", "What cannot be called is refused by its type.")
    ],
    "register_function_map": [
        Difference(("removed", "warnings"), [], "Taking a function away as asked is no reason for a warning.")
    ],
    "model_raises": [
        Difference(("error", "raised"), "Exception", "An error of a custom client is a ModelError, whose cause it is.")
    ],
    "model_raises_in_the_middle": [
        Difference(("error", "raised"), "Exception", "As above: so that the next entry of the config_list is asked.")
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
    "runtime_logging_to_a_file": [
        Difference(
            ("agents",),
            ["assistant", "user"],
            "Each agent is one line; the classic writes the user twice, and drops an agent whose options it cannot write.",
        )
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
    "summary_by_reflection_without_a_model": [
        Difference(
            (),
            {"raised": "ValueError", "says": []},
            "A summary that no model can make is refused before anything is said; the classic fails after the chat.",
        )
    ],
    "summary_default_prompt_of_the_class": [
        Difference(
            ("of_sender", "content"), "Brief!", "A subclass's prompt counts for the chats that it begins as well."
        )
    ],
    "summary_method_unknown": [
        Difference((method, "outcome", "raised"), "ValueError", "An unknown value is a ValueError.")
        for method in ("", "nonsense")
    ],
    "summary_args_are_not_shared": [
        Difference(("seen",), [{}, {}], "Default arguments are made for each chat; the classic shares one dict.")
    ],
    "summary_args_of_the_caller": [Difference(("given",), {"depth": 1}, "The caller's dict is not written to.")],
    "tool_call_runs_in_order": [
        Difference(("result", "chat_history", 1, "tool_calls", 5, "function", "arguments"), "{}", NO_ARGUMENTS),
        Difference(("sent", 2, "tool_calls", 5, "function", "arguments"), "{}", NO_ARGUMENTS),
        Difference(("result", "chat_history", 2, "tool_responses", 5, "content"), NAME_MISSING, NO_ARGUMENTS),
        Difference(("sent", 8, "content"), NAME_MISSING, NO_ARGUMENTS),
        Difference(
            ("result", "chat_history", 2, "content"),
            "3\n\nError: Function missing not found.\n\nhi Ann\n\n"
            "Error: Expecting ',' delimiter: line 1 column 14 (char 13)\n The argument must be in JSON format.\n\n"
            "Error: program.<locals>.<lambda>() got an unexpected keyword argument 'nobody'\n\n" + NAME_MISSING,
            NO_ARGUMENTS,
        ),
    ],
    "tool_registered_after_the_custom_client": [
        Difference(
            ("outcome",),
            {"returned": "hello"},
            "A tool may be registered at any time; the classic makes a new client and forgets the custom one.",
        )
    ],
    "tool_with_a_model_class": [
        Difference(
            ("run",),
            [True, {"content": '{"currency":"EUR","amount":5.0}', "name": "double", "role": "function"}],
            "A dict becomes the annotated model also where annotations are text; the classic looks the name up in its own module.",
        ),
        Difference(("bad_value_says_error",), True, "As above: the value is checked."),
    ],
    "transform_history_limiter": [
        Difference(("plain", "2", "returned", "left"), ["3", "4"], IN_ORDER),
        Difference(("tools", "3", "returned", "left"), [None, "1", "2"], IN_ORDER),
    ],
    "transform_messages_of_an_agent": [
        Difference(
            (kind, "sent", turn), [HELP, *(_said(text.upper() if kind == "both" else text) for text in texts)], IN_ORDER
        )
        for kind in ("limit", "both")
        for turn, texts in ((1, ("one", "go on")), (2, ("two", "go on")))
    ],
}
