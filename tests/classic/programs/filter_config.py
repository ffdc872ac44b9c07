"""Configurations are chosen by the values of their keys, or left out by them."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    configs = [
        {"model": "a", "api_type": "azure", "tags": ["x", "y"]},
        {"model": "b", "tags": ["y"]},
        {"model": "c"},
        {"model": "a", "api_type": None},
    ]
    chosen = lambda wanted, **options: [
        configs.index(config) for config in api.autogen.filter_config(configs, wanted, **options)
    ]
    return {
        "model": chosen({"model": ["a"]}),
        "models": chosen({"model": ["a", "c"]}),
        "text": chosen({"model": "a"}),
        "tags": chosen({"tags": ["x", "z"]}),
        "tags_text": chosen({"tags": "y"}),
        "two_keys": chosen({"model": ["a"], "tags": ["y"]}),
        "missing_key": chosen({"api_type": ["azure"]}),
        "none_value": chosen({"api_type": [None]}),
        "nothing": chosen({}),
        "none": chosen(None),
        "exclude": chosen({"model": ["a"]}, exclude=True),
        "exclude_tags": chosen({"tags": ["x"]}, exclude=True),
    }
