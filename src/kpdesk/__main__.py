"""``python -m kpdesk`` is the ``kpdesk`` command."""

import sys

from kpdesk.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
