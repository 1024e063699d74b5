"""greatfear version."""

from __future__ import annotations

from greatfear.cli.options import JsonOption
from greatfear.cli.show import answer


def version(json: JsonOption = False) -> None:
    """Print the version.

    For example:

      greatfear version --json
    """
    from greatfear import __version__

    answer(f"greatfear {__version__}", {"greatfear": __version__}, as_json=json)
