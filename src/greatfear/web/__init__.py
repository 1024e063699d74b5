"""The lab: archives, scenarios and runs as pages in a browser."""
