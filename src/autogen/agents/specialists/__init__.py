"""Agents of classic AutoGen for one kind of task."""
