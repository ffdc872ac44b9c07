"""Where the record of conversations is kept."""
