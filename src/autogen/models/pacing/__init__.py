"""Models that are asked no faster than they may be: so many calls a second, in a minute, or at once; so many tokens."""

from autogen.models.pacing.limited import LimitedModel
from autogen.models.pacing.quota import Quota, shared_quota
from autogen.models.pacing.rate import PacedModel, TimeRateLimiter

__all__ = ["LimitedModel", "PacedModel", "Quota", "TimeRateLimiter", "shared_quota"]
