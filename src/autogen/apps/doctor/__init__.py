"""`autogen doctor`: what works on this machine, and what it protects from."""
