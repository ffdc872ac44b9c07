"""Tools: what a model may ask to be done, how it is told of them, and how they are run."""
