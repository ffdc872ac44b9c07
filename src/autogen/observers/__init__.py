"""Those who watch a run: the console, logs, streams."""
