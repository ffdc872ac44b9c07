"""Without a start, logging does nothing; an unknown kind of logger is an error."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    logging = api.autogen.runtime_logging
    before = logging.logging_enabled()
    logging.start(config={"dbname": "logs.db"})
    during = logging.logging_enabled()
    logging.stop()
    return {
        "enabled": [before, during, logging.logging_enabled()],
        "unknown": api.error(lambda: logging.start(logger_type="nonsense"), "nonsense"),
    }
