"""What the frozen programs ``kpdesk`` and ``kpdeskw`` run."""

import sys

from kpdesk.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
