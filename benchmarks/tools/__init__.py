"""The model NAMES-1 in each tool, one small module a tool.

A module runs in the tool's own environment, without greatfear: it imports the tool, NumPy and the standard library. It has

- ``PACKAGE``: the distribution whose version is printed, and ``WHO``: whether the tool says who named whom;
- ``build(n, ends, first)``: the world, from the far end of each tie, shape (n, half), and the first accused;
- ``run(model, p, seed)``: the cascade, run to extinction; returns step, accuser (None where unknown) and accused.
"""
