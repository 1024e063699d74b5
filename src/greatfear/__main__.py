"""``python -m greatfear`` is the command ``greatfear``."""

import sys

from greatfear.cli import main

if __name__ == "__main__":
    sys.exit(main())
