"""The classic's import path of `TimeRateLimiter`."""

from autogen.models.rate_limit import TimeRateLimiter

__all__ = ["TimeRateLimiter"]
