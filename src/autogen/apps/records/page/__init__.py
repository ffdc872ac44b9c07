"""A run as one page: what was said, done, took and cost; it holds all that it shows, and opens without a network."""
