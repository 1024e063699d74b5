"""Run all benchmarks and write docs/benchmarks.md again: ``python -m benchmarks [--largest 1000000]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks import country, ensemble, growth, names1, page, rem

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def main(words: Sequence[str] | None = None) -> int:
    """Run everything, the smallest first; return 1 if final sizes are apart anywhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--largest", type=int, default=SIZES[-1], help="persons of the largest NAMES-1, cases of growth"
    )
    parser.add_argument("--only", default="", help="tools of NAMES-1, with commas")
    parser.add_argument("--page", action="store_true", help="measure nothing, only write the page again")
    given = parser.parse_args(words)
    apart = 0
    if not given.page:
        for n in (n for n in SIZES if n <= given.largest):
            apart |= names1.main(["--n", str(n), "--keep", "--only", given.only])
        growth.main(["--most", str(given.largest)])
        country.main([])
        ensemble.main([])
        rem.main([])
    page.write()
    return apart


if __name__ == "__main__":
    sys.exit(main())
