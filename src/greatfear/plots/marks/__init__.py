"""Drawings: pure functions from arrays to SVG text, without a clock and without random ids."""
