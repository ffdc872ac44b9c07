"""Classic import path: what several agents have used."""

from autogen.usage import gather_usage_summary

__all__ = ["gather_usage_summary"]
