"""Which records can be one person: candidate pairs, their evidence, and partitions of the records."""
