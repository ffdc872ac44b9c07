"""Chess by conversation: players tell their moves in words, a board hears them in a side chat; see docs/applications/chess.md."""
