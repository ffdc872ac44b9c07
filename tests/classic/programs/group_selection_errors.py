"""What a group refuses to be made with."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    members = [api.agent(name) for name in ("ann", "bob")]

    def made(**options: object) -> Outcome:
        def call() -> str:
            api.autogen.GroupChat(agents=members, messages=[], **options)
            return "made"

        return api.error(call, *options)

    templates = ("message_template", "prompt_template", "auto_multiple_template", "auto_none_template")
    given = {f"select_speaker_{name}": value for name in templates for value in [""]}
    return {
        "empty": {name: made(**{name: value}) for name, value in given.items()},
        "none": {name: made(**{name: None}) for name in given},
        "role": [made(role_for_select_speaker_messages=value) for value in ("", None, "user")],
        "retries": [made(max_retries_for_selecting_speaker=value) for value in (-1, "2", None, 0, 1.5)],
        "verbose": [made(select_speaker_auto_verbose=value) for value in (None, "yes", True)],
        "unknown": made(nonsense=1)["raised"],
    }
