"""Code on another machine: a server that runs it with any executor, and the executor that asks such a server."""
