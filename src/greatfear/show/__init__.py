"""How results are printed: one table, as text, HTML, LaTeX, CSV, JSON and Arrow, and one way to write a number."""
