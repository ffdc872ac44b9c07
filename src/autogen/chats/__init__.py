"""Conversations: the loop, how one is opened and summed up, and why it ends."""
