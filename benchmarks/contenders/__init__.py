"""The same work by each framework, and by none (the floors)."""
