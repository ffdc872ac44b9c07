"""What is looked at while tools run, and after: what they hold up, what they change, and what ends too late."""
