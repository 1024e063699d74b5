"""Persons, ties and offices before the first event; at country scale the population is computed, not stored."""
