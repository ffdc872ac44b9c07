"""Loggers of the runtime log: tables of an SQLite file, or lines of JSON; keys are in neither."""
