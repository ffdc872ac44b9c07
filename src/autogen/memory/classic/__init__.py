"""The classic's transforms of messages, under their classic names."""
