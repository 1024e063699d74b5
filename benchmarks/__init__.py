"""Time and memory of the main jobs, side by side with other tools: ``make bench``."""
