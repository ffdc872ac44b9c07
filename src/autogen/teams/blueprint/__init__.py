"""What can be told of a team before it runs: whether it can stop, what it can cost at the most, and how it looks."""
