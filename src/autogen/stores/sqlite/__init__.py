"""The journal in a file."""

from autogen.stores.sqlite.journal import SQLiteJournal

__all__ = ["SQLiteJournal"]
