"""Kernels of the process, one file per mechanism family."""
