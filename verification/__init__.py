"""The model against theory: known answers, fresh seeds, a stated rate of false alarms.

Run ``python -m verification`` (small form) or ``python -m verification --full``. See docs/verification.md.
"""
