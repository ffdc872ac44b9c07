"""A container engine for the tests here."""

from tests.coding.container_engine import container_engine

__all__ = ["container_engine"]
