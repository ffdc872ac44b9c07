"""Which speaker each answer of the model means, and after how many requests."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name) for name in ("ann", "story_writer", "cid", "Bob Two")]

    def chosen(*answers: object) -> list[object]:
        model = api.endpoint(answers)
        options = {"messages": [{"content": "x", "role": "user", "name": "ann"}], "speaker_selection_method": "auto"}
        manager = api.group(members, {"llm_config": model.llm_config}, **options)
        speaker = api.drive("select_speaker", manager.groupchat, members[0], manager)
        return [speaker.name, len(model.sent)]

    return {
        "exact": chosen("cid"),
        "with_spaces_around": chosen("  cid \n"),
        "in_a_sentence": chosen("The next speaker should be cid."),
        "in_quotes": chosen("'cid'"),
        "bold": chosen("**cid**"),
        "twice": chosen("cid, as cid knows best"),
        "with_a_space_for_the_underscore": chosen("story writer"),
        "with_an_escaped_underscore": chosen("story\\_writer"),
        "underscore": chosen("story_writer."),
        "a_name_with_a_space": chosen("Bob Two"),
        "only_a_part": chosen("Bob", "cid"),
        "inside_a_word": chosen("acid rain", "placid", "cid"),
        "other_case": chosen("CID", "Cid", "cid"),
        "itself": chosen("ann"),
        "two_names_then_one": chosen("cid or ann", "ann"),
        "nobody_then_one": chosen("I do not know", "cid"),
        "empty_then_one": chosen("", "cid"),
        "garbage_thrice": chosen("?", "??", "???"),
        "two_names_thrice": chosen("cid ann", "cid ann", "cid ann"),
        "a_mix": chosen("cid ann", "nobody", "story_writer"),
        "as_json": chosen('{"speaker": "cid"}'),
    }
