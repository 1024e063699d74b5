"""What lies between what was done and the archive that survived: a stage after the run's tables and before the writing."""
