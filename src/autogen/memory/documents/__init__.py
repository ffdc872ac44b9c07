"""Documents as text in pieces that fit a model: files, pages of the web, PDF."""
