"""The name of the speaker is put into the text of its messages."""

from __future__ import annotations

from autogen.agentchat.contrib.capabilities.transforms import TextMessageContentName
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    messages = [
        {"role": "system", "content": "Help."},
        {"role": "user", "content": "hello", "name": "ann"},
        {"role": "user", "content": "", "name": "bob"},
        {"role": "user", "content": "cid:\nhi", "name": "cid"},
        {"role": "user", "content": None, "name": "dan"},
        {"role": "assistant", "content": "bye", "name": "ann"},
        {"role": "user", "content": "nameless", "name": ""},
    ]

    def named(*args: object, **options: object) -> Outcome:
        def call() -> Outcome:
            transform = TextMessageContentName(*args, **options)
            changed = transform.apply_transform(messages)
            return {"texts": api.texts(changed), "logs": transform.get_logs(messages, changed)}

        return api.error(call)

    return {
        "default": named(),
        "end": named("end", " ({name})"),
        "twice": named(deduplicate=False),
        "filter": named(filter_dict={"role": "user"}),
        "only": named(filter_dict={"role": "user"}, exclude_filter=False),
        "wrong_position": named(position="middle"),
        "no_name_in_format": named(format_string="x"),
        "wrong_type": named(deduplicate="yes"),
        "nothing": TextMessageContentName().apply_transform([]),
        "logs_before": TextMessageContentName().get_logs([], []),
        "given": api.texts(messages),
    }
