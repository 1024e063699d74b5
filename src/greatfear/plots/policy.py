"""What a page that is written to a file may do: show itself; run nothing, fetch nothing, send nothing."""

from __future__ import annotations

__all__ = ["POLICY"]

POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'\">"
)
"""The head line that tells a browser so."""
