"""``python -m restore_domain``: the command line."""

import sys

from restore_domain.cli import main

if __name__ == "__main__":
    sys.exit(main())
