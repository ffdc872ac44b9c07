"""Classic import path: what stood beside the agents."""
