"""How the console shows things on a terminal: the screen, colours, replies that arrive in pieces."""
