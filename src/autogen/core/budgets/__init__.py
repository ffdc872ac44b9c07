"""Budgets: accounts, what calls reserve in them, and the end of their time."""
