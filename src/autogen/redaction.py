"""Secrets, kept out of what is written down: configured values, keys of the environment, and what looks like a key."""

from __future__ import annotations

import os
import re
from dataclasses import fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HIDDEN = "[redacted]"
_NOT_TEXT = frozenset({"source", "run_id", "step_id", "parent_id", "time", "kind", "name", "recipient", "usage"})
_SHORTEST_SECRET = 8
_SECRET_NAME = re.compile(r"(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$", re.IGNORECASE)
_MARKS = re.compile(
    r"sk-|sk_|AIza|gh[pousr]_|github_pat_|glpat-|xox|hf_|AKIA|ASIA|eyJ|Bearer|Basic|PRIVATE KEY|://"
    r"|key|token|secret|passw|authorization",
    re.IGNORECASE,
)
"""A text without any of these has no secret of a known shape: most texts are let go at this."""
_SHAPES = re.compile(
    r"""
    -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----.*?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    | \b(?:sk|rk|pk)[-_](?:[a-z]+[-_])*[A-Za-z0-9][A-Za-z0-9_-]{15,}     # OpenAI, Anthropic, OpenRouter, Stripe
    | \bAIza[A-Za-z0-9_-]{30,}                                           # Google
    | \b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,})
    | \bxox[a-z]-[A-Za-z0-9-]{10,}                                       # Slack
    | \bhf_[A-Za-z0-9]{20,}
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                                      # AWS
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*                                  # JSON web tokens
    | (?<=://)[^\s/:@]+:[^\s/@]+(?=@)                                    # user and password in an address
    """,
    re.VERBOSE | re.DOTALL,
)
_LABELLED = re.compile(
    r"""
    (?P<label>
        \b(?:Bearer|Basic)[ ]+
        | ["']?\b(?:\w*[_-])?(?:api_?-?key|token|secret|password|passwd|authorization)["']?\s*[:=]\s*
          (?:(?:Bearer|Basic)[ ]+)?["']?
    )
    (?P<value>[^\s"',;&}\])]{8,})
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Redactor:
    """Writes `[redacted]` where a secret stands.

    Args:
        secrets: values to be hidden wherever they stand; those shorter than 8 characters are not looked for.
        environment: hide the values of variables too whose names end in KEY, TOKEN, SECRET, PASSWORD or CREDENTIALS.
        shapes: hide what looks like a key, a token or a password, and private keys.
    """

    def __init__(
        self,
        secrets: Iterable[str] = (),
        *,
        environment: Mapping[str, str] | bool = True,
        shapes: bool = True,
    ) -> None:
        variables = os.environ if environment is True else environment or {}
        named = [value for name, value in variables.items() if _SECRET_NAME.search(name)]
        known = {value for value in (*secrets, *named) if len(value) >= _SHORTEST_SECRET}
        longest_first = sorted(known, key=lambda value: (-len(value), value))
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._shapes = shapes

    def text(self, text: str) -> str:
        """Return a text without its secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        if self._shapes and _MARKS.search(text):
            text = _LABELLED.sub(rf"\g<label>{HIDDEN}", _SHAPES.sub(HIDDEN, text))
        return text

    def data(self, value: Any) -> Any:
        """Return JSON-able data without the secrets in its texts, and without the values of keys that are named so."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            members = cast("dict[Any, Any]", value)
            return {key: self._member(key, member) for key, member in members.items()}
        if isinstance(value, list):
            return [self.data(item) for item in cast("list[Any]", value)]
        if type(value) is tuple:
            return tuple(self.data(item) for item in cast("tuple[Any, ...]", value))
        return value

    def _member(self, key: Any, value: Any) -> Any:
        if self._shapes and isinstance(value, str) and value and _SECRET_NAME.search(str(key)):
            return HIDDEN
        return self.data(value)


E = TypeVar("E")


def redacted(event: E, redactor: Redactor) -> E:
    """Return an event (see `autogen.events`) without secrets; itself if there are none."""
    changed: dict[str, Any] = {}
    for field in fields(cast("Any", event)):
        if field.name in _NOT_TEXT:
            continue
        value = getattr(event, field.name)
        clean = value._replace(detail=redactor.text(value.detail)) if hasattr(value, "detail") else redactor.data(value)
        if clean != value:
            changed[field.name] = clean
    return replace(cast("Any", event), **changed) if changed else event


@lru_cache(1)
def usual_redactor() -> Redactor:
    """Return the redactor of logs: the environment's keys, as they are when it is first used, and all known shapes."""
    return Redactor()
