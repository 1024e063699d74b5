"""The product attacked like a database: kills, damaged files, hostile maps, scenarios, formulas, queries, full disks.

Run ``python -m verification.attack SUBJECT --count N``. See docs/verification.md.
"""
