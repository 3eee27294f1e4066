"""`python -m vbg`."""

import sys

from vbg.cli import main

if __name__ == "__main__":
    sys.exit(main())
