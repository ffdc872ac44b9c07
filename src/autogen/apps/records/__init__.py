"""What the command line does with recorded runs."""
