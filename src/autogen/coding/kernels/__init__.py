"""Kernels: Python processes that keep their variables from one code block to the next, here or on a server elsewhere."""
