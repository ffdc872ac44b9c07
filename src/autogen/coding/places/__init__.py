"""Places where one command runs: each says how to start it there; one supervisor watches over it."""
