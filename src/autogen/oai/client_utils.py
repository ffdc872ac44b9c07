"""The classic's import path of two functions for clients of one's own."""

from autogen.models.classic.parameters import should_hide_tools, validate_parameter

__all__ = ["should_hide_tools", "validate_parameter"]
