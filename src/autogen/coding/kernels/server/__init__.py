"""Kernels of a Jupyter server: elsewhere, or started here for the purpose."""
