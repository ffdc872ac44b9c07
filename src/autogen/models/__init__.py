"""Language models: the port, configuration, one adapter per provider SDK, and wrappers."""
