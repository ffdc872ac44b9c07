"""Workers and submitted conversations, on the command line."""
