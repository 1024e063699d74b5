"""``python -m greatfear`` is the command ``greatfear``: code of the current folder, which Python puts first, is not run."""

import os
import sys

if sys.path and not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from greatfear.cli import main

if __name__ == "__main__":
    sys.exit(main())
