"""Runs that are run again: what they did before, and steps answered from it."""
