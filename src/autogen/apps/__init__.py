"""Programs made of agents: the command line, and what its commands do."""
