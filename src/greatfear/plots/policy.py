"""What a page that is written to a file may do: show itself; fetch nothing, send nothing, and run no script but its own."""

from __future__ import annotations


def policy(script: str = "") -> str:
    """Return the head line that tells a browser so; `script` is the hash of the one script that may run."""
    runs = f" script-src '{script}';" if script else ""
    return (
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';{runs} style-src 'unsafe-inline'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'\">"
    )


POLICY = policy()
"""The head line of a page without any script."""
