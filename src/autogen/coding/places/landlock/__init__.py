"""The weaker sandbox, for where bubblewrap is missing or may not work."""
