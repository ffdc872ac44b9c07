"""Configurations made of keys and addresses."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    return {
        "keys": api.autogen.get_config_list(["k1", "k2"]),
        "addresses": api.autogen.get_config_list(["k1"], base_urls=["http://x"], api_type="azure", api_version="v"),
    }
