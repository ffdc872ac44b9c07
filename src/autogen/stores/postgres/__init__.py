"""The journal in PostgreSQL."""

from autogen.errors import MissingExtra

try:
    from autogen.stores.postgres.journal import PostgresJournal
except ImportError as error:
    raise MissingExtra("postgres", needed_by="A journal in PostgreSQL") from error

__all__ = ["PostgresJournal"]
