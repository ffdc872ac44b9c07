"""The classic's import path of `TimeRateLimiter`."""

from autogen.models.pacing import TimeRateLimiter

__all__ = ["TimeRateLimiter"]
