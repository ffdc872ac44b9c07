"""The URL of a database: what of it may be shown, and what never is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from autogen.errors import JournalUnusable

_SECRETS = ("password", "sslpassword")
# A server that has gone without a word is noticed within some ten seconds; the URL may say otherwise.
_PATIENCE: dict[str, Any] = {
    "application_name": "autogen",
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


@dataclass(frozen=True, repr=False)
class Address:
    """Where a database is.

    Args:
        parameters: for the connection.
        place: to be shown: user, host, port and database.
        secrets: never to be shown.
    """

    parameters: dict[str, Any]
    place: str
    secrets: tuple[str, ...]

    def safe(self, words: object) -> str:
        """Return words in one line, without a secret."""
        text = " ".join(str(words).split())
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


def read_address(url: str) -> Address:
    """Return the address that a URL tells.

    Raises:
        JournalUnusable: it cannot be read; the message does not show it.
    """
    try:
        told: dict[str, Any] = dict(conninfo_to_dict(url))
    except (psycopg.Error, UnicodeError):
        raise JournalUnusable(
            "The URL of the journal cannot be read. It looks like postgresql://user@host:5432/database; what is special in "
            "it is written as %XX. (It is not shown here, since it may hold a password.)"
        ) from None
    secrets = [str(told[name]) for name in _SECRETS if told.get(name)]
    user = f"{quote(str(told['user']))}@" if told.get("user") else ""
    port = f":{told['port']}" if told.get("port") else ""
    host = told.get("host") or told.get("hostaddr") or "localhost"
    place = f"postgresql://{user}{host}{port}/{told.get('dbname') or told.get('user') or ''}"
    return Address({**_PATIENCE, **told}, place, tuple(sorted({*secrets, *map(quote, secrets)}, key=len, reverse=True)))
