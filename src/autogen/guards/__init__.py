"""Guards: what an agent hears, says and calls is let through, refused, changed or asked about; secrets are redacted."""

from autogen.guards.redacted import RedactedJournal, RedactedObserver
from autogen.guards.verdict import Ask, Block, Rewrite, ToolUse, Verdict
from autogen.redaction import Redactor

__all__ = ["Ask", "Block", "RedactedJournal", "RedactedObserver", "Redactor", "Rewrite", "ToolUse", "Verdict"]
