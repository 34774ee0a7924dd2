"""``python -m kpdesk.visitserver.practitioner``."""

import sys

from kpdesk.visitserver.practitioner.cli import main

sys.exit(main())
