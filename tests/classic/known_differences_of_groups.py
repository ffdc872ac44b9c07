"""Where our group chats differ from the classic's on purpose: see `known_differences`."""

from __future__ import annotations

from tests.classic.known_differences import EXTRA_KEPT, Difference

SUMMARY = (
    "The last message of a group is its last speaker's; the classic tells an outsider who started it its own opening."
)
ALL_HEARD = "A member that is resumed remembers its own messages too, as in the last classic release, 0.2.40."
ITS_OWN = "What a member said itself before it was resumed is its own message; the classic has it as somebody else's."
SHORTENED = "The transforms shorten what was said; the question about the next speaker is not counted."
NO_NAMES_TWICE = "Members are told apart by what they are; the classic takes the first of a name."
LIVE_GROUP = "The manager runs the very group it was given; the classic runs a copy made with the manager."
REFUSED_GRAPH = (
    "A graph that lets nobody speak, or names a stranger, is refused when it is made; the classic logs a warning."
)
PROTOCOL = "A member needs only what the protocol of an agent has; the classic reads more of it."
JOINED = (
    "A member that joins late and has heard nothing yet may speak first; in the classic it fails on its empty history."
)
TEAM_ANSWERS = (
    "A team that is a member answers with its last message; in the classic it says nothing, and the outer chat ends."
)
REPLY_KEPT = (
    "The reply that a program hands out is not changed, so it clears each time; the classic cuts the words out of it."
)
NO_WAY_ON = "A member with an empty list is followed by nobody; the classic then lets anybody speak."
CASE = "Upper and lower case count only where another member is named otherwise; the classic asks again."
PARTS_KEPT = "The parts of a message stay parts for everybody; the classic flattens them to text."
LOUD = "A truth value is taken as Python takes it."
EVERYBODY_ONCE = "Each nested agent is listed once."
GROUP_COST = "The cost of a chat with a group has the members' models and the selector's; the classic leaves both out."
ASKED_AGAIN = "A human who picks nobody leaves the choice to the next method, in any spelling of 'manual'."
BRACES = "Only the known fields of a template are filled in; other braces are text."
SAID_WITH_A_NAME = (
    "A name given with the opening message stays, for the manager too; the classic changes the shared message."
)

JOINED_ORDER = ["hello", "I am bob.", "I am cid.", "I am dan.", "I am ann.", "I am bob."]
NAMED = {
    "returned": {
        "texts": ["Help.", "ann:\nhello", "", "cid:\nhi", None, "ann:\nbye", "nameless"],
        "logs": ["2 message(s) changed to incorporate name.", True],
    }
}
MESSAGE, PROMPT = ({"role": "system", "content": f"<{label}>"} for label in ("message", "prompt"))
SAID = [
    {"role": "user", "content": text, "name": name}
    for name, text in (("ann", "hello"), ("bob", "I am bob."), ("cid", "I am cid."))
]
RESUMED = ["hello", *["I am bob.", "I am cid.", "I am ann."] * 3, "I am bob."]
TEAM_HEARD = ["hello", "I am dan.", "I am bob.", "I am ann."]
SPENT = {
    "scripted": {"cost": 0.5, "prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30},
    "other": {"cost": 0.25, "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    "served": {"cost": 0.06, "prompt_tokens": 30, "completion_tokens": 15, "total_tokens": 45},
    "total_cost": 0.81,
}
ANN_TO_CID = [
    {"content": "hello", "name": "ann", "role": "assistant"},
    {"content": "I am bob.", "name": "bob", "role": "user"},
    {"content": "I am cid.", "name": "cid", "role": "user"},
]
EXTRA_HEARD_BY = [("ann", "chat_manager"), ("bob", "chat_manager"), ("cid", "chat_manager"), ("dan", "chat_manager")]
EXTRA_TOLD_TO = [("chat_manager", name) for name in ("ann", "bob", "cid", "dan")]


def _refused(*path: str) -> list[Difference]:
    """Ours raises ValueError where the classic makes the group."""
    return [Difference(path, {"raised": "ValueError", "says": []}, REFUSED_GRAPH)]


def _resumed(kind: str) -> list[Difference]:
    members = [Difference((kind, "heard", number), RESUMED, ALL_HEARD) for number in range(3)]
    return [*members, Difference((kind, "history"), RESUMED, ALL_HEARD)]


GROUP_DIFFERENCES: dict[str, list[Difference]] = {
    "group_agent_of_the_protocol": [
        Difference(
            (),
            {
                "outcome": {"returned": "I heard 2."},
                "said": ["ann: hello", "minimal: I heard 1.", "ann: I am ann.", "minimal: I heard 2."],
                "heard": ["hello", "I am ann."],
            },
            PROTOCOL,
        )
    ],
    "group_async_chat": [Difference(("result", "summary"), "ann 2", SUMMARY)],
    "group_auto_answers": [Difference(("other_case", 1), 1, CASE)],
    "group_carryover_and_context": [
        Difference(("dict", "group", "extra"), 1, EXTRA_KEPT),
        Difference(("dict", "member", "extra"), 1, EXTRA_KEPT),
    ],
    "group_member_joins": [
        Difference(
            ("joins_before_its_turn",),
            {
                "outcome": {"returned": "I am bob."},
                "said": ["ann: hello", *[f"{text[5:8]}: {text}" for text in JOINED_ORDER[1:]]],
                "heard": {"ann": JOINED_ORDER, "bob": JOINED_ORDER, "cid": JOINED_ORDER, "dan": JOINED_ORDER[3:]},
            },
            JOINED,
        )
    ],
    "group_clear_history_by_an_agent": [
        Difference(("dict",), {"ann": ["now"], "group": ["bob: now"]}, REPLY_KEPT),
    ],
    "group_cost": [
        Difference(("cost", f"usage_{kind}_cached_inference"), SPENT, GROUP_COST) for kind in ("including", "excluding")
    ],
    "group_end_of_the_graph": [
        Difference(("empty_list", "outcome", "returned", "chat_history"), ANN_TO_CID, NO_WAY_ON),
        Difference(("empty_list", "said"), ["ann: hello", "bob: I am bob.", "cid: I am cid."], NO_WAY_ON),
    ],
    "group_fields": [
        Difference(("first",), ["ann: hello", "bob: I am bob.", "cid: I am cid."], LIVE_GROUP),
        Difference(("second",), ["ann: again", "cid: I am cid.", "bob: added"], LIVE_GROUP),
    ],
    "group_in_a_group": [
        *[Difference(("heard", name), TEAM_HEARD, TEAM_ANSWERS) for name in ("ann", "inner", "bob")],
        Difference(("outcome",), {"returned": "I am ann."}, TEAM_ANSWERS),
        Difference(("outer",), ["ann: hello", "inner: I am dan.", "bob: I am bob.", "ann: I am ann."], TEAM_ANSWERS),
    ],
    "group_in_a_sequence": [
        Difference(("results", 0, "summary"), "bob says", SUMMARY),
        Difference(("results", 1, "chat_history", 0, "content"), "do two\nContext: \nbob says", SUMMARY),
        Difference(("results", 1, "summary"), "dan says", SUMMARY),
        Difference(("said", 1, 0), "user: do two\nContext: \nbob says", SUMMARY),
        Difference(("sent", 0, 1, "content"), "do two\nContext: \nbob says", SUMMARY),
    ],
    "group_manager_starts": [Difference(("itself", "result", "returned", "summary"), "I am ann.", SUMMARY)],
    "group_manual_in_capitals": [
        Difference(("nothing",), {"returned": "I am bob.", "said": ["ann: hello", "bob: I am bob."]}, ASKED_AGAIN)
    ],
    "group_manual_fallback_on_a_graph": [
        Difference(("said", 1), "cid: I am cid.", "The graph holds where a human picks nobody, too."),
    ],
    "group_multimodal": [
        Difference(
            (place,) if place == "member" else (place, 0),
            [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "http://x/y.png"}}],
            PARTS_KEPT,
        )
        for place in ("member", "group")
    ],
    "group_names_and_roles": [
        *[Difference(("histories", *pair, 3, "extra"), 1, EXTRA_KEPT) for pair in EXTRA_HEARD_BY + EXTRA_TOLD_TO],
        Difference(("messages", 3, "extra"), 1, EXTRA_KEPT),
        Difference(("histories", "chat_manager", "ann", 0, "name"), "other", SAID_WITH_A_NAME),
    ],
    "group_nested_agents": [Difference(("many",), 6, EVERYBODY_ONCE)],
    "group_of_one_name": [
        Difference(("said", 3), "other: other", NO_NAMES_TWICE),
        Difference(("said", 4), "twin: first", NO_NAMES_TWICE),
    ],
    "group_resume": _resumed("list") + _resumed("text"),
    "group_resume_clears": [Difference(("after", "ann"), ["one"], ALL_HEARD)],
    "group_resume_from_a_chat_result": [
        Difference(("admin_last", "returned", "heard", 0), ["message 0"], ALL_HEARD),
        Difference(("manager_last", "returned", "heard", 0), ["message 0"], ALL_HEARD),
        Difference(("of_the_manager", "returned", "heard", 0), ["message 0", "message 1"], ALL_HEARD),
        Difference(("without_names", "returned", "heard", 0), ["message 0", "message 1"], ALL_HEARD),
        Difference(
            ("of_the_admin", "returned", "messages", 0, "name"),
            "chat_manager",
            "What an admin said who is no member is the manager's, like all that no member said.",
        ),
    ],
    "group_resume_with_tools": [
        Difference(
            ("sent", 0),
            [
                {"role": "system", "content": "Help."},
                {"content": "add", "role": "user", "name": "bob"},
                {
                    "content": "",
                    "role": "assistant",
                    "tool_calls": [
                        {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
                    ],
                    "name": "ann",
                },
                {"tool_call_id": "call_1", "role": "tool", "content": "2"},
            ],
            ALL_HEARD,
        )
    ],
    "group_select_speaker_texts": [Difference(("braces",), {"returned": "{other}"}, BRACES)],
    "group_selection_errors": [
        *[Difference(("verbose", number), {"returned": "made"}, LOUD) for number in (0, 1)],
        Difference(
            ("retries", 2, "says"), ["max_retries_for_selecting_speaker"], "The error names the field it means."
        ),
    ],
    "group_sizes": [
        Difference(("one_by_function", "outcome", "returned"), "I am a.", SUMMARY),
        Difference(("two", "outcome", "returned"), "I am a.", SUMMARY),
    ],
    "group_speakers_by_function": [Difference(("same_group", 0), True, LIVE_GROUP)],
    "group_starter_is_no_member": [Difference(("result", "summary"), "I am ann.", SUMMARY)],
    "group_summary": [Difference(("last", "summary"), "bob 1 ", SUMMARY)],
    "group_tool_many_have_on_a_graph": [
        Difference(
            ("said", 2), "cid: 2", "A tool call goes to a member that has the tool; here the graph asks another."
        ),
    ],
    "group_transition_types": _refused("empty"),
    "group_transitions_checked": [
        *_refused("disallow_all"),
        *_refused("no_edges"),
        *_refused("stranger_as_target"),
    ],
    "group_two_chats": [
        Difference((f"outsider_{clear}", "results", 0), "I am bob.", SUMMARY) for clear in (True, False)
    ],
    "last_classic_content_name": [Difference(("wrong_type",), NAMED, LOUD)],
    "last_classic_resume": [
        Difference((when, "histories", *pair, number, "role"), role, ITS_OWN)
        for when in ("before", "after")
        for number, name in enumerate(("ann", "bob"))
        for pair, role in (((name, "chat_manager"), "assistant"), (("chat_manager", name), "user"))
    ],
    "last_classic_selector_transforms": [
        Difference(("sent", number + 1), [MESSAGE, *SAID[number : number + 2], PROMPT], SHORTENED) for number in (0, 1)
    ],
}
