"""What an agent remembers of its conversations."""
