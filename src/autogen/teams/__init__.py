"""Conversations of many: who is in, who speaks next, and how a team shows one face."""
