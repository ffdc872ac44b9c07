"""Classic import path: what can be added to an agent."""
