"""The process: from a scenario to an archive, with the truth kept apart."""
