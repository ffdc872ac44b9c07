"""The queue of many processes, on DBOS: an SQLite file on one machine, or PostgreSQL for any number of them."""

from autogen.errors import MissingExtra

try:
    from autogen.workers.on_dbos.queue import DBOSQueue, client_at
    from autogen.workers.on_dbos.worker import QueueLimits, Worker
except ImportError as error:
    if error.name is None or error.name.startswith("autogen"):
        raise
    raise MissingExtra("durable", needed_by="a queue of workers") from error

__all__ = ["DBOSQueue", "QueueLimits", "Worker", "client_at"]
