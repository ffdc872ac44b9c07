"""Agents: names with a memory of each conversation and an ordered list of ways to answer."""
