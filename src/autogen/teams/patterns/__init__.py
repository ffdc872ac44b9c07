"""Patterns: several agents behind one, for tasks that one cannot solve well by itself."""
