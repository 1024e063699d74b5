"""Compiled loops of `recover`."""
