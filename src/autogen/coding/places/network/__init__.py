"""A way out of the sandbox to named hosts, and no other."""
