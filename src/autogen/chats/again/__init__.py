"""Recorded runs, done again: after an edit, or with messages said otherwise."""
