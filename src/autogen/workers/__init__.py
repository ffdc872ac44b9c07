"""Conversations as durable work: submitted anywhere, held by workers, followed from anywhere."""

from autogen.workers.handle import Conversation
from autogen.workers.in_process import InProcess
from autogen.workers.submitting import find, find_sync, submit, submit_sync

__all__ = ["Conversation", "InProcess", "find", "find_sync", "submit", "submit_sync"]
