"""What every conversation stands on: runs, steps, limits, humans, and the bridge between sync and async."""
